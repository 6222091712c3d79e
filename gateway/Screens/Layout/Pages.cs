using Distribution.Screens.Viewing;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Distribution.Screens.Layout;

/// <summary>Writes pages: a component in, HTML out. It arrives whole, and works without script.</summary>
internal static class Pages
{
    private const string MediaType = "text/html; charset=utf-8";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; "
            + "manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'";

    /// <summary>A page for whoever it is for; for others what they can do about it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="section">For whom it is; null for whoever has any page.</param>
    /// <param name="show">Asks for what is shown and shows it.</param>
    public static Task<IResult> For(HttpContext http, Section? section, Func<Screen, Task<IResult>> show)
    {
        var screen = new Screen(http);
        return screen.Caller is not { } caller
            ? Page<SignInPage>(http, StatusCodes.Status401Unauthorized, (nameof(SignInPage.Screen), screen))
            : Section.Of(caller).Any(own => section is null || own == section)
                ? show(screen)
                : Page<NoRightPage>(http, StatusCodes.Status403Forbidden, (nameof(NoRightPage.Screen), screen));
    }

    /// <summary>A component as a page.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="parameters">What the component is given.</param>
    public static async Task<IResult> Page<T>(HttpContext http, int status, params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        await using var renderer = new HtmlRenderer(
            http.RequestServices, http.RequestServices.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<T>(
                ParameterView.FromDictionary(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value)));
            return root.ToHtmlString();
        });
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Accept-Language, Cookie";
        return Results.Text($"<!doctype html>\n{html}", MediaType, statusCode: status);
    }
}
