using System.Collections.Frozen;

namespace Distribution.Shipment.Epcis.Wire;

/// <summary>
/// A list of the Core Business Vocabulary: the words that may stand bare, and what each is in full. A full URI that is not of the list's
/// own address is an extension, and allowed.
/// </summary>
internal sealed class Vocabulary
{
    /// <summary>Business steps (CBV 2.0, 7.1).</summary>
    public static readonly Vocabulary BizSteps = new("https://ref.gs1.org/cbv/BizStep-",
        "accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting "
            + "decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing "
            + "killing loading other packing picking receiving removing repackaging repairing replacing reserving retail_selling "
            + "sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking "
            + "void_shipping");

    /// <summary>Dispositions (CBV 2.0, 7.2).</summary>
    public static readonly Vocabulary Dispositions = new("https://ref.gs1.org/cbv/Disp-",
        "active available completeness_inferred completeness_verified conformant container_closed container_open damaged "
            + "destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance "
            + "mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled "
            + "reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown");

    /// <summary>Types of business transactions (CBV 2.0, 7.3).</summary>
    public static readonly Vocabulary TransactionTypes = new("https://ref.gs1.org/cbv/BTT-",
        "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt");

    /// <summary>Types of sources and destinations (CBV 2.0, 7.4).</summary>
    public static readonly Vocabulary PartyTypes = new("https://ref.gs1.org/cbv/SDT-",
        "location owning_party possessing_party");

    /// <summary>Why an event is declared in error (CBV 2.0, 7.5).</summary>
    public static readonly Vocabulary ErrorReasons = new("https://ref.gs1.org/cbv/ER-",
        "did_not_occur incorrect_data");

    /// <summary>Which part of a measurement a sensor tells of (CBV 2.0, 7.6).</summary>
    public static readonly Vocabulary Components = new("https://ref.gs1.org/cbv/Comp-",
        "altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle "
            + "spherical_radius x y z");

    /// <summary>What a sensor measures (GS1 Web Vocabulary).</summary>
    public static readonly Vocabulary Measurements = new("https://gs1.org/voc/",
        "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude AmountOfSubstance "
            + "AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance Conductance "
            + "Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge "
            + "ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance "
            + "Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux "
            + "MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity "
            + "MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity RelativeHumidity "
            + "Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage "
            + "Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber");

    /// <summary>What a sensor warns of (GS1 Web Vocabulary).</summary>
    public static readonly Vocabulary Alerts = new("https://gs1.org/voc/",
        "ALARM_CONDITION ERROR_CONDITION");

    private const string OldNames = "urn:epcglobal:cbv:";

    private static readonly FrozenDictionary<string, string> OldLists = new Dictionary<string, string>
    {
        ["bizstep"] = BizSteps._address,
        ["disp"] = Dispositions._address,
        ["btt"] = TransactionTypes._address,
        ["sdt"] = PartyTypes._address,
        ["er"] = ErrorReasons._address,
    }.ToFrozenDictionary();

    private readonly string _address;
    private readonly FrozenSet<string> _words;

    private Vocabulary(string address, string words)
    {
        _address = address;
        _words = words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>What is wrong with a value of a field that takes words of this list, or null.</summary>
    public string? Problem(string text) =>
        _words.Contains(text) ? null
        : !Uris.Is(text) ? "is no word of the vocabulary: correct it, or say an extension as a full URI"
        : Uris.IsOldVocabulary(text) ? "is a word of the vocabulary in the form of older versions: say the bare word"
        : null;

    /// <summary>The form by which a word is compared, in whichever of its forms it comes; other text as it is.</summary>
    public string Normal(string text)
    {
        if (_words.Contains(text)) return _address + text;
        if (!text.StartsWith(OldNames, StringComparison.Ordinal)) return text;
        return text[OldNames.Length..].Split(':') is [var list, var word] && OldLists.GetValueOrDefault(list) is { } address
            ? address + word
            : text;
    }

    /// <summary>Whether a value in normal form is a word of this list.</summary>
    public bool Is(string? normal, string word) =>
        normal is not null && normal.Length == _address.Length + word.Length && normal.StartsWith(_address, StringComparison.Ordinal)
            && normal.EndsWith(word, StringComparison.Ordinal);
}
