using Distribution.SharedKernel.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Distribution.Screens.Viewing;

/// <summary>What is posted by a form of a page. That it is a form of ours the front door has seen to: a browser says of which site it is.
/// </summary>
internal static class Forms
{
    // A line of a receipt has four fields, and an allocation may have split the lines of a request.
    private static readonly FormOptions Bounds = new()
    {
        ValueCountLimit = 16 * Limits.LinesMax,
        // What is too long for a field is told at that field: this is only not to keep what nobody typed.
        ValueLengthLimit = 64 * 1024,
    };

    /// <summary>The fields; none where something else was posted.</summary>
    /// <exception cref="BadHttpRequestException">It is longer than any form of ours.</exception>
    public static async Task<IFormCollection> Read(HttpRequest request)
    {
        if (!request.HasFormContentType) return FormCollection.Empty;
        try
        {
            return await request.ReadFormAsync(Bounds);
        }
        catch (NotSupportedException encoding)
        {
            throw new BadHttpRequestException(encoding.Message, StatusCodes.Status415UnsupportedMediaType, encoding);
        }
        catch (InvalidDataException tooLong)
        {
            throw new BadHttpRequestException(tooLong.Message, StatusCodes.Status413PayloadTooLarge, tooLong);
        }
    }

    /// <summary>What was typed into a field, without spaces around it.</summary>
    public static string Typed(this IFormCollection form, string field) => form[field].ToString().Trim();

    /// <summary>Sends the browser to a page, which it asks for anew: loading that again posts nothing again.</summary>
    public static IResult SeeOther(HttpContext http, string address)
    {
        http.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
