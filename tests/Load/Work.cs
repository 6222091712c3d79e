namespace Distribution.Load;

/// <summary>How a submission is to be answered.</summary>
internal enum Expected
{
    /// <summary>Its doses are new: all of them are accepted, or held to be settled.</summary>
    New,

    /// <summary>The same submission again: the first answer, to the byte, and the word that it is that.</summary>
    FirstAnswer,

    /// <summary>The same doses in another submission: all of them are duplicates.</summary>
    Duplicates,
}

/// <summary>A submission to post.</summary>
/// <param name="Index">Its place among the submissions of new doses; a repeat has that of the submission it repeats.</param>
/// <param name="Path">Where it is posted.</param>
/// <param name="Body">Its bytes, valid until the next one is made.</param>
/// <param name="Doses">Doses in it.</param>
/// <param name="Expected">How it is to be answered.</param>
/// <param name="First">The first answer, where that is expected again.</param>
internal readonly record struct Submission(
    long Index, string Path, ReadOnlyMemory<byte> Body, int Doses, Expected Expected = Expected.New, byte[]? First = null);

/// <summary>The submissions of one run, dealt out to its clients.</summary>
internal interface IWork
{
    /// <summary>Doses in a submission at most.</summary>
    int DosesPerSubmission { get; }

    /// <summary>A line for each dose, or one JSON object.</summary>
    bool Ndjson { get; }

    /// <summary>What one client posts.</summary>
    IBodies Bodies(int client);
}

/// <summary>Makes the bodies of one client.</summary>
internal interface IBodies
{
    /// <summary>The next submission to post, or null when there are no more.</summary>
    Submission? Next();

    /// <summary>Takes the answer to a submission of new doses: it may be repeated later.</summary>
    void Answered(in Submission submission, byte[] answer);
}
