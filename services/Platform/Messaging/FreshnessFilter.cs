using System.Diagnostics;
using Distribution.Platform.Observability;
using MassTransit;

namespace Distribution.Platform.Messaging;

/// <summary>Makes every consumer measure how fresh its service is.</summary>
internal sealed class MeasureFreshness(TimeProvider time) : IConsumerConfigurationObserver
{
    public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator) where TConsumer : class { }

    public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
        where TConsumer : class where TMessage : class => configurator.UseFilter(new FreshnessFilter<TConsumer, TMessage>(time));
}

/// <summary>Measures the time from an event's commit until a consumer is done with it, which is when it has committed.</summary>
internal sealed class FreshnessFilter<TConsumer, TMessage>(TimeProvider time) : IFilter<ConsumerConsumeContext<TConsumer, TMessage>>
    where TConsumer : class where TMessage : class
{
    // A service is one assembly, named after it.
    private static readonly string Service = typeof(TConsumer).Assembly.GetName().Name!.Split('.')[^1].ToLowerInvariant();

    public async Task Send(ConsumerConsumeContext<TConsumer, TMessage> context, IPipe<ConsumerConsumeContext<TConsumer, TMessage>> next)
    {
        await next.Send(context);
        if (!Measures.Freshness.Enabled || context.EventRecordedAt() is not { } recordedAt) return;
        Measures.Freshness.Record((time.GetUtcNow() - recordedAt).TotalSeconds,
            new TagList { { Measures.Service, Service }, { Measures.Event, context.EventName() } });
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("freshness");
}
