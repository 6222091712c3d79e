using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Platform.Web;

/// <summary>
/// Packs what is read, for who takes it packed: lists, views, CSV and pages. Answers to writes go as they are, for one of them has a key in
/// it; and streams of events, which must not wait for more to be packed with.
/// </summary>
internal static class PackedAnswers
{
    private static readonly string[] MediaTypes = ["application/json", "application/openapi+json", "text/csv", "text/html"];

    public static void AddPackedAnswers(this IServiceCollection services) => services
        .AddResponseCompression(packing =>
        {
            packing.EnableForHttps = true;
            packing.MimeTypes = MediaTypes;
        })
        .Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest)
        .Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);

    public static void UsePackedAnswers(this IApplicationBuilder app) =>
        app.UseWhen(http => HttpMethods.IsGet(http.Request.Method), reading => reading.UseResponseCompression());
}
