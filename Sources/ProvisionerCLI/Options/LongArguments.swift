/// Thousands of file arguments, as from a shell's `*`.
///
/// The argument parser takes quadratic time, so it receives a long sequence of files as one argument,
/// and the command expands it here.
enum LongArguments {
    /// The sequences.
    ///
    /// An argument for the parser contains the index of one.
    @TaskLocal private static var sequences: [[String]] = []

    /// The length up to which a sequence is passed to the parser unchanged.
    private static let maximumUnfoldedCount = 100
    /// The commands that accept any number of files.
    private static let commands: Set<String> = ["fleet", "inspect"]
    /// A character that no process argument can contain.
    private static let mark = "\u{0}"

    /// Calls `body` with `arguments`, in which each long sequence of files is one argument.
    static func folding<Value>(_ arguments: [String], _ body: ([String]) -> Value) -> Value {
        guard arguments.count > maximumUnfoldedCount, commands.contains(arguments[0]) else {
            return body(arguments)
        }
        var folded: [String] = []
        var sequences: [[String]] = []
        var sequence: [String] = []
        func close() {
            if sequence.count > maximumUnfoldedCount {
                folded.append("\(mark)\(sequences.count)")
                sequences.append(sequence)
            } else {
                folded += sequence
            }
            sequence = []
        }
        var isValue = false
        for argument in arguments.dropFirst() {
            let isOption = argument.hasPrefix("-")
            // The argument after an option may be its value.
            if isOption || isValue {
                close()
                folded.append(argument)
            } else {
                sequence.append(argument)
            }
            isValue = isOption
        }
        close()
        return $sequences.withValue(sequences) { body([arguments[0]] + folded) }
    }

    /// Returns the original arguments for those of the parser.
    static func unfolded(_ arguments: [String]) -> [String] {
        guard !sequences.isEmpty else { return arguments }
        return arguments.flatMap { argument in
            guard argument.hasPrefix(mark), let number = Int(argument.dropFirst(mark.count)) else {
                return [argument]
            }
            return sequences[number]
        }
    }
}
