using BenchmarkDotNet.Running;
using Distribution.Benchmarks;

// In this process: what BenchmarkDotNet would build for itself does not know of the repository's settings.
BenchmarkSwitcher.FromAssembly(typeof(InnerLoops).Assembly).Run(["--inProcess", .. args]);
