internal import ToolchainCore

/// The units of a program's debug information (DWARF 2 to 5), as far as it matters for debugging Go.
///
/// Sources: DWARF 4 §7.5 and DWARF 5 §7.5; docs/facts/debugging.md#debug-information.
struct DebugInformation: Sendable {
    /// Why nothing can be said about the debug information that there is.
    enum Rejection: Error, Hashable {
        case malformed(String)
    }

    /// DWARF's version, of the main package's unit or else of the first of Go.
    let version: Int?
    /// Whether the section is compressed.
    let isCompressed: Bool
    /// How many units there are.
    private(set) var unitCount = 0
    /// Those of Go.
    private(set) var goUnits: [DebugUnit] = []
    /// How many are of another language.
    private(set) var foreignUnitCount = 0

    /// Where the sources are, as the program has it.
    let sources: ProgramSources
    /// Whether a table is there that entries refer to; without it no entry can be read.
    let hasAddresses: Bool

    /// The main package's.
    var main: DebugUnit? { goUnits.first { $0.name == "main" } }

    /// The section of debug information of that name, also by the name that it had when compressed
    /// before there was a standard for that.
    static func section(_ name: String, in elf: ELFFile) -> ELFFile.Section? {
        elf.section(".debug_\(name)") ?? elf.section(".zdebug_\(name)")
    }

    private static let unitLimit = 1_000_000
    private static let abbreviationLimit: UInt64 = 16 << 20

    /// Walks all units; nil where there is no such section.
    ///
    /// - Parameters:
    ///   - file: The program, or the file that its debug information was moved to.
    ///   - elf: That file's headers.
    ///   - build: What the program says about its build.
    /// - Throws: ``Rejection`` where what is there cannot be read: nothing follows from a part of it.
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
