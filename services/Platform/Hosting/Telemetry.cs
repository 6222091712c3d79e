using System.Diagnostics;
using Distribution.Platform.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Distribution.Platform.Hosting;

/// <summary>
/// What a process tells about itself: logs that name their trace, and spans and metrics over OTLP where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says so. The standard <c>OTEL_*</c> variables decide the rest.
/// </summary>
internal static class Telemetry
{
    /// <summary>The response header with the request's trace id, 32 hexadecimal digits.</summary>
    public const string TraceHeader = "X-Trace-Id";

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string LogFormat = "Logging:Console:FormatterName";
    private const string LogAsJson = "json";

    // Built into ASP.NET Core, the HTTP client and MassTransit.
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "MassTransit", Measures.Name];

    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "MassTransit", Measures.Name];

    /// <summary>Adds it. Called before any other hosted service is added, so that it starts first and is flushed last.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, IReadOnlyList<IServiceModule> modules)
    {
        var asJson = builder.Configuration[LogFormat] == LogAsJson;
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (asJson)
        {
            builder.Logging.AddJsonConsole(json =>
            {
                json.IncludeScopes = true;
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "O";
            });
        }

        // A client and an operator speak of the same thing: the trace id, in the answer and in the logs.
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier);

        var name = modules is [var only] ? only.Name : "standalone";
        if (builder.Configuration[Endpoint] is { Length: > 0 })
        {
            // Else the request's span has neither its method nor its route.
            AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
            builder.Services.AddHostedService(_ => new OtlpExport($"distribution-{name}"));
        }
        else if (asJson) builder.Services.AddHostedService(_ => new TracesForLogs());
    }

    /// <summary>Gives every answer its trace id.</summary>
    public static void UseTraceHeader(this WebApplication app) => app.Use((http, next) =>
    {
        // When the answer starts: an exception's handler clears the headers, and a proxied answer brings its own.
        if (Activity.Current is { } span) http.Response.OnStarting(SetHeader, (http, span));
        return next(http);
    });

    private static Task SetHeader(object state)
    {
        var (http, span) = ((HttpContext, Activity))state;
        http.Response.Headers[TraceHeader] = span.TraceId.ToString();
        return Task.CompletedTask;
    }

    private sealed class OtlpExport(string name) : IHostedService, IDisposable
    {
        private const int FlushMillisecondsMax = 5_000;
        private TracerProvider? _traces;
        private MeterProvider? _metrics;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource(Sources).AddOtlpExporter().Build();
            _metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter(Meters).AddOtlpExporter().Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _traces?.Shutdown(FlushMillisecondsMax);
            _metrics?.Shutdown(FlushMillisecondsMax);
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            _traces?.Dispose();
            _metrics?.Dispose();
        }

        // The variables last, so that OTEL_SERVICE_NAME wins.
        private void Describe(ResourceBuilder resource) => resource.AddService(name).AddEnvironmentVariableDetector();
    }

    /// <summary>Without an exporter nobody would pass traces on to the relay and the consumers, and their logs would name none.</summary>
    private sealed class TracesForLogs : IHostedService, IDisposable
    {
        private readonly ActivityListener _listener = new()
        {
            ShouldListenTo = source => source.Name is Measures.Name or "MassTransit",
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
        };

        public Task StartAsync(CancellationToken cancellationToken)
        {
            ActivitySource.AddActivityListener(_listener);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _listener.Dispose();
    }
}
