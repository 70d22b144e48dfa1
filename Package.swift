// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
]

/// For modules where size matters more than speed: the executable is one file that is copied to many
/// hosts.
let compact = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let httpClient: Target.Dependency = .product(
    name: "AsyncHTTPClient",
    package: "async-http-client"
)
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "gotoolprov",
    products: [
        .executable(name: "gotoolprov", targets: ["gotoolprov"])
    ],
    traits: [
        .trait(name: "ISAL", description: "Inflate with ISA-L, twice as fast as zlib."),
        .default(enabledTraits: ["ISAL"]),
    ],
    dependencies: [
        // Each has its reason in docs/DESIGN.md, "Dependencies".
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(
            name: "CLibArchive",
            pkgConfig: "libarchive",
            providers: [.apt(["libarchive-dev"])]
        ),
        .systemLibrary(
            name: "COpenSSL",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        .systemLibrary(
            name: "CISAL",
            pkgConfig: "libisal",
            providers: [.apt(["libisal-dev"])]
        ),
        .target(name: "CLinux"),
        .target(name: "CManifests"),
        .target(name: "CFleetPage", exclude: ["page.css", "page.html", "page.js"]),
        .target(name: "ToolchainCore", swiftSettings: strict),
        .target(
            name: "ToolchainHost",
            dependencies: [
                "ToolchainCore", "CLibArchive", "COpenSSL", "CZlib", "CLinux",
                .target(name: "CISAL", condition: .when(traits: ["ISAL"])),
                systemPackage, subprocess,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ToolchainNetwork",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "CLinux", systemPackage, httpClient,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TransparencyLog",
            dependencies: ["ToolchainCore", "ToolchainHost"],
            swiftSettings: strict
        ),
        .target(
            name: "SSHSignatures",
            dependencies: ["ToolchainCore", "ToolchainHost"],
            swiftSettings: strict
        ),
        .target(
            name: "BinaryInspection",
            dependencies: ["ToolchainCore", "ToolchainHost", "CZlib", systemPackage],
            swiftSettings: strict
        ),
        .target(
            name: "HostInspection",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "BinaryInspection", "CLinux", systemPackage,
            ],
            swiftSettings: compact
        ),
        .target(
            name: "Provisioning",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "ToolchainNetwork", "TransparencyLog",
                "SSHSignatures", "BinaryInspection", "HostInspection", "CManifests", systemPackage,
            ],
            swiftSettings: compact
        ),
        .target(
            name: "Mirrors",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "ToolchainNetwork", "TransparencyLog",
                "SSHSignatures", "Provisioning", systemPackage,
            ],
            swiftSettings: compact
        ),
        .target(
            name: "FleetReport",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "HostInspection", "Provisioning", "CFleetPage",
                systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Editors",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "BinaryInspection", "HostInspection",
                "Provisioning", systemPackage,
            ],
            swiftSettings: compact
        ),
        .target(
            name: "Ansible",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "FleetReport", "HostInspection", "Provisioning",
                "CLinux",
            ],
            swiftSettings: compact
        ),
        .target(
            name: "ProvisionerCLI",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "HostInspection", "BinaryInspection",
                "Editors", "FleetReport", "Ansible", "Mirrors", "Provisioning", "CLinux",
                argumentParser,
                systemPackage,
            ],
            swiftSettings: compact
        ),
        .executableTarget(
            name: "gotoolprov",
            dependencies: ["ProvisionerCLI"],
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: [systemPackage, subprocess],
            path: "Tests/Support/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "FleetFixtures",
            dependencies: ["ToolchainCore", "FleetReport", "TestSupport"],
            path: "Tests/Support/FleetFixtures",
            swiftSettings: strict
        ),
        .target(
            name: "WebFixtures",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/Support/WebFixtures",
            swiftSettings: strict
        ),
        .target(
            name: "LogFixtures",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "TransparencyLog", "TestSupport", "COpenSSL",
            ],
            path: "Tests/Support/LogFixtures",
            swiftSettings: strict
        ),
        .testTarget(
            name: "AnsibleTests",
            dependencies: ["Ansible", "TestSupport"],
            path: "Tests/Unit/AnsibleTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ToolchainCoreTests",
            dependencies: ["ToolchainCore", "TestSupport"],
            path: "Tests/Unit/ToolchainCoreTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ToolchainHostTests",
            dependencies: ["ToolchainCore", "ToolchainHost", "TestSupport", systemPackage],
            path: "Tests/Unit/ToolchainHostTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ToolchainNetworkTests",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "ToolchainNetwork", "TestSupport", "WebFixtures",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/Unit/ToolchainNetworkTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "TransparencyLogTests",
            dependencies: ["ToolchainCore", "TransparencyLog", "LogFixtures", "TestSupport"],
            path: "Tests/Unit/TransparencyLogTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "SSHSignaturesTests",
            dependencies: ["ToolchainCore", "ToolchainHost", "SSHSignatures", "TestSupport"],
            path: "Tests/Unit/SSHSignaturesTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "BinaryInspectionTests",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "BinaryInspection", "TestSupport", systemPackage,
            ],
            path: "Tests/Unit/BinaryInspectionTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "HostInspectionTests",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "HostInspection", "TestSupport", systemPackage,
            ],
            path: "Tests/Unit/HostInspectionTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "EditorsTests",
            dependencies: ["ToolchainCore", "Editors", "TestSupport"],
            path: "Tests/Unit/EditorsTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProvisioningTests",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "TransparencyLog", "HostInspection",
                "Provisioning", "LogFixtures", "TestSupport", "WebFixtures",
            ],
            path: "Tests/Unit/ProvisioningTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "MirrorsTests",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "TransparencyLog", "Provisioning", "Mirrors",
                "LogFixtures", "TestSupport",
            ],
            path: "Tests/Unit/MirrorsTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProvisionerCLITests",
            dependencies: [
                "ProvisionerCLI", "ToolchainCore", "ToolchainHost", "HostInspection", "TestSupport",
                argumentParser,
            ],
            path: "Tests/Unit/ProvisionerCLITests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "FleetReportTests",
            dependencies: ["ToolchainCore", "FleetReport", "FleetFixtures", "TestSupport"],
            path: "Tests/Unit/FleetReportTests",
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "gotoolprov", "ToolchainCore", "ToolchainHost", "TransparencyLog", "LogFixtures",
                "TestSupport", "WebFixtures",
            ],
            path: "Tests/Program",
            exclude: ["Snapshots"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RealTests",
            dependencies: [
                "gotoolprov", "ToolchainCore", "ToolchainHost", "TransparencyLog",
                "BinaryInspection", "LogFixtures", "SSHSignatures", "TestSupport", "WebFixtures",
            ],
            path: "Tests/Real",
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)

// Scripts/fuzz: libFuzzer brings its own main, so this is no target of an ordinary build.
if Context.environment["GOTOOLPROV_FUZZ"] != nil {
    // gold fails on what the sanitizers bring.
    let linking = ["-sanitize=fuzzer,address", "-use-ld=lld"]
    // It links no testing library.
    package.targets.first { $0.name == "TestSupport" }?.exclude = ["Limits.swift"]
    package.targets.append(
        .executableTarget(
            name: "gotoolprov-fuzz",
            dependencies: [
                "ToolchainCore", "ToolchainHost", "Ansible", "BinaryInspection",
                "Editors", "FleetReport", "FleetFixtures", "HostInspection", "LogFixtures",
                "Mirrors", "TestSupport", "TransparencyLog",
            ],
            path: "Tests/Fuzzing",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(linking)]
        )
    )
}
