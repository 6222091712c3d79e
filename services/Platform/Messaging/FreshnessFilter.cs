using System.Diagnostics;
using Distribution.Platform.Observability;
using MassTransit;

namespace Distribution.Platform.Messaging;

/// <summary>Makes every consumer measure how fresh its service is.</summary>
internal sealed class MeasureFreshness(TimeProvider clock) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator) where TConsumer : class { }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class where TMessage : class => configurator.UseFilter(new FreshnessFilter<TConsumer, TMessage>(clock));
}

/// <summary>Measures the time from an event's commit until a consumer is done with it, which is when it has committed.</summary>
internal sealed class FreshnessFilter<TConsumer, TMessage>(TimeProvider clock) : IFilter<ConsumerConsumeContext<TConsumer, TMessage>>
    where TConsumer : class where TMessage : class
{
    public async Task Send(ConsumerConsumeContext<TConsumer, TMessage> context, IPipe<ConsumerConsumeContext<TConsumer, TMessage>> next)
    {
        await next.Send(context);
        if (!Measures.Freshness.Enabled || context.EventRecordedAt() is not { } recordedAt) return;
        Freshness.Record(typeof(TConsumer), context.EventName(), clock.GetUtcNow() - recordedAt);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("freshness");
}

/// <summary>Notes how fresh a service is.</summary>
internal static class Freshness
{
    /// <summary>Notes that a consumer was done with an event so long after its commit.</summary>
    public static void Record(Type consumer, string? wireName, TimeSpan age) => Measures.Freshness.Record(
        age.TotalSeconds, new TagList { { Measures.Service, ServiceOf(consumer) }, { Measures.Event, wireName } });

    // A service is one assembly, named after it.
    private static string ServiceOf(Type consumer) => consumer.Assembly.GetName().Name!.Split('.')[^1].ToLowerInvariant();
}
