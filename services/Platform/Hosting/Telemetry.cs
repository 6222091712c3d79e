using System.Diagnostics;
using Distribution.Platform.Modules;
using Distribution.Platform.Observability;
using Distribution.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
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

    // What MassTransit and this house tell; the rest comes from OpenTelemetry's own instrumentation.
    private static readonly string[] Sources = ["MassTransit", Measures.Name];

    /// <summary>Adds it. Called before any other hosted service is added, so that it starts first and is flushed last.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, IReadOnlyList<IServiceModule> modules)
    {
        var asJson = builder.Configuration[LogFormat] == LogAsJson;
        builder.Logging.Configure(
            options => options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (asJson)
        {
            builder.Logging.AddJsonConsole(json =>
            {
                json.IncludeScopes = true;
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "O";
            });
        }

        // The first that can write a problem does.
        builder.Services.AddSingleton<IProblemDetailsWriter, OutcomeWriter>();
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
        {
            // A client and an operator speak of the same thing: the trace id, in the answer and in the logs.
            context.ProblemDetails.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
            // Whatever part of a program refuses for want of a right.
            if (context.ProblemDetails is { Status: StatusCodes.Status403Forbidden, Detail: { } why })
            {
                var log = context.HttpContext.RequestServices.GetRequiredService<SecurityLog>();
                log.Tell(context.HttpContext, "refused", why.TrimEnd('.'));
                context.HttpContext.RequestServices.GetRequiredService<RefusalAudit>().Tell(context.HttpContext);
            }
        });

        var name = modules is [var only] ? only.Name : "standalone";
        if (builder.Configuration[Endpoint] is { Length: > 0 })
        {
            // The variables last, so that OTEL_SERVICE_NAME wins.
            builder.Services.AddOpenTelemetry()
                .ConfigureResource(resource => resource.AddService($"distribution-{name}").AddEnvironmentVariableDetector())
                .WithTracing(
                    traces => traces.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddSource(Sources).AddOtlpExporter())
                .WithMetrics(metrics => metrics
                    .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddMeter(Sources)
                        .AddOtlpExporter());
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
