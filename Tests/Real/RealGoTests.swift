import TestSupport
import Testing

/// The static executable on real Go archives, one test after another: each tree is kept in memory.
@Suite(
    .serialized,
    .realLimit,
    .enabled(
        if: testVariable("GOTOOLPROV_TEST_STATIC") != nil
            && testVariable("GOTOOLPROV_TEST_MIRROR") != nil,
        "Scripts/test provides the static executable and the mirror"
    )
)
enum RealGoTests {}
