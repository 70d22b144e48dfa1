import TestSupport
import Testing

extension Sandbox {
    /// Expects the program to fail without changing anything.
    func expectRefusal(
        _ status: Int32,
        _ phrase: String,
        _ arguments: String...,
        with changes: [String: String?] = [:],
        in directory: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await snapshot()
        var environment = environment
        for (name, value) in changes { environment[name] = value }
        let result = try await run(
            program,
            arguments,
            environment: environment,
            in: directory ?? home
        )
        #expect(result.status == status, "\(result)", sourceLocation: sourceLocation)
        #expect(result.error.contains("error: "), "\(result)", sourceLocation: sourceLocation)
        #expect(result.error.contains(phrase), "\(result)", sourceLocation: sourceLocation)
        #expect(result.output == "", "\(result)", sourceLocation: sourceLocation)
        #expect(try await snapshot() == before, sourceLocation: sourceLocation)
    }

    /// Expects installing from the mirror to fail without changing anything.
    func expectInstallRefusal(
        _ status: Int32,
        _ phrase: String,
        _ digest: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expectRefusal(
            status,
            phrase,
            "ensure",
            "go1.99.1",
            "--mirror",
            mirror,
            "--sha256",
            digest,
            sourceLocation: sourceLocation
        )
    }
}
