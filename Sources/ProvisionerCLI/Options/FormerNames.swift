/// Former names of options, which are still accepted.
enum FormerNames {
    private static let options = ["--catalogue": "--catalog"]

    /// Returns the arguments with current option names, up to `--`.
    static func replaced(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map { argument in
            let name = argument.prefix { $0 != "=" }
            guard let current = options[String(name)] else { return argument }
            return current + argument.dropFirst(name.count)
        } + arguments[end...]
    }
}
