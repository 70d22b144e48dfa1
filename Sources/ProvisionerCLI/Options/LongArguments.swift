/// Files that a shell's `*` has made thousands of arguments of.
///
/// The argument parser takes time by the square of their number, so a long stretch of them is one
/// argument for the parser, and the command asks for all of them here.
enum LongArguments {
    /// The stretches; an argument of the parser is one by its number.
    @TaskLocal private static var stretches: [[String]] = []

    /// Stretches that are no longer than this go to the parser as they are.
    private static let shortest = 100
    /// The commands that take any number of files.
    private static let commands: Set<String> = ["fleet", "inspect"]
    /// No argument of a process holds this character.
    private static let mark = "\u{0}"

    /// Runs `body` with `arguments`, long stretches of files being one each.
    static func folding<Value>(_ arguments: [String], _ body: ([String]) -> Value) -> Value {
        guard arguments.count > shortest, commands.contains(arguments[0]) else {
            return body(arguments)
        }
        var folded: [String] = []
        var stretches: [[String]] = []
        var stretch: [String] = []
        func close() {
            if stretch.count > shortest {
                folded.append("\(mark)\(stretches.count)")
                stretches.append(stretch)
            } else {
                folded += stretch
            }
            stretch = []
        }
        var isValue = false
        for argument in arguments.dropFirst() {
            let isOption = argument.hasPrefix("-")
            // What follows an option may be its value.
            if isOption || isValue {
                close()
                folded.append(argument)
            } else {
                stretch.append(argument)
            }
            isValue = isOption
        }
        close()
        return $stretches.withValue(stretches) { body([arguments[0]] + folded) }
    }

    /// The arguments that the parser's ones stand for.
    static func unfolded(_ arguments: [String]) -> [String] {
        guard !stretches.isEmpty else { return arguments }
        return arguments.flatMap { argument in
            guard argument.hasPrefix(mark), let number = Int(argument.dropFirst(mark.count)) else {
                return [argument]
            }
            return stretches[number]
        }
    }
}
