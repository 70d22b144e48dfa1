import TestSupport
import Testing

/// Tests of the static executable with real Go archives, which run serially because each tree is in
/// memory.
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
