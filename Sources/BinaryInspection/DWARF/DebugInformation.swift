internal import ToolchainCore

/// The units of a program's debug information (DWARF 2 to 5) that are relevant for debugging Go.
///
/// Sources: DWARF 4 §7.5 and DWARF 5 §7.5; docs/facts/debugging.md#debug-information.
struct DebugInformation: Sendable {
    /// Why the debug information cannot be read.
    enum Rejection: Error, Hashable {
        case malformed(String)
    }

    /// The DWARF version of the main package or, without one, of the first Go unit.
    let version: Int?
    let isCompressed: Bool
    /// The number of units in any language.
    private(set) var unitCount = 0
    /// The units of Go packages.
    private(set) var goUnits: [DebugUnit] = []
    /// The number of units in other languages.
    private(set) var foreignUnitCount = 0

    /// The recorded locations of the sources.
    let sources: ProgramSources
    /// Whether there is a table of addresses, which entries of DWARF 5 refer to.
    let hasAddresses: Bool

    /// The unit of the main package.
    var main: DebugUnit? { goUnits.first { $0.name == "main" } }

    /// Returns the section `.debug_name`, or `.zdebug_name` with compression as before the standard.
    static func section(_ name: String, in elf: ELFFile) -> ELFFile.Section? {
        elf.section(".debug_\(name)") ?? elf.section(".zdebug_\(name)")
    }

    private static let unitLimit = 1_000_000
    private static let abbreviationLimit: UInt64 = 16 << 20

    /// Reads all units; nil if there is no debug information.
    ///
    /// - Parameters:
    ///   - file: The program, or the separate file with its debug information.
    ///   - elf: The headers of the file.
    ///   - build: The build information of the program.
    /// - Throws: ``Rejection`` if a part of the debug information cannot be read.
    init?(
        in file: BinaryFile,
        _ elf: ELFFile,
        _ build: GoBuildInfo? = nil
    ) throws(Rejection) {
        guard let section = Self.section("info", in: elf), section.size > 0 else { return nil }
        let mainReader: UnitReader
        do {
            let stream = try SectionStream(section, of: file, elf)
            isCompressed = stream.isCompressed
            guard let layout = Self.section("abbrev", in: elf) else {
                throw Rejection.malformed(".debug_abbrev is missing")
            }
            let layoutStream = try SectionStream(layout, of: file, elf)
            guard layoutStream.byteCount <= Self.abbreviationLimit else {
                throw SectionStream.Problem.tooLarge
            }
            var table = AbbreviationTable(try layoutStream.read(Int(layoutStream.byteCount)))
            try layoutStream.finish()
            let reader = UnitReader(file: file, elf: elf)
            while stream.position < stream.byteCount {
                guard unitCount < Self.unitLimit else {
                    throw Rejection.malformed("it has too many units")
                }
                unitCount += 1
                guard let unit = try reader.unit(from: stream, &table) else { continue }
                if unit.isGo {
                    goUnits.append(unit)
                } else if unit.isForeign {
                    foreignUnitCount += 1
                }
            }
            try stream.finish()
            mainReader = reader
        } catch let problem as SectionStream.Problem {
            throw Self.rejection(problem)
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw .malformed("it cannot be read")
        }
        sources = ProgramSources(goUnits, mainReader, build)
        version = (goUnits.first { $0.name == "main" } ?? goUnits.first)?.version
        hasAddresses = Self.section("addr", in: elf) != nil
    }

    private static func rejection(_ problem: SectionStream.Problem) -> Rejection {
        switch problem {
        case .malformed: .malformed("it is truncated or its compression is damaged")
        case .zstandard:
            .malformed(
                "it is compressed with Zstandard, which gotoolprov does not support; a Delve built with"
                    + " Go 1.21 or later reads it"
            )
        case .unknownCompression: .malformed("it uses an unknown compression")
        case .tooLarge: .malformed("it is larger than gotoolprov reads")
        }
    }
}
