namespace Distribution.Inventory.Domain;

/// <summary>GS1 identification keys.</summary>
internal static class Gs1
{
    /// <summary>Whether a text is a Global Location Number: 13 digits with a right check digit.</summary>
    public static bool IsGln(string text) => text.Length == 13 && HasCheckDigit(text);

    /// <summary>Whether a text is a Global Trade Item Number: 8, 12, 13 or 14 digits with a right check digit.</summary>
    public static bool IsGtin(string text) => text.Length is 8 or 12 or 13 or 14 && HasCheckDigit(text);

    /// <summary>A GTIN as the 14 digits by which it is compared; null for none.</summary>
    public static string? Gtin14(string? gtin) => gtin?.PadLeft(14, '0');

    /// <summary>
    /// The check digit: from the right, weights 3, 1, 3…; (10 − sum mod 10) mod 10 (GS1 General Specifications, 7.9).
    /// </summary>
    private static bool HasCheckDigit(string text)
    {
        var sum = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i])) return false;
            var fromRight = text.Length - 1 - i;
            sum += (text[i] - '0') * (fromRight % 2 == 1 ? 3 : 1);
        }

        return sum % 10 == 0;
    }
}
