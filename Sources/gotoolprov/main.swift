internal import Glibc
internal import ProvisionerCLI

// Synchronous on purpose: an async main costs a static executable 40 ms at exit (docs/DESIGN.md).
exit(Program.run(Program.arguments))
