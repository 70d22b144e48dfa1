/// Options that had other names in earlier versions, which still work.
enum FormerNames {
    private static let options = ["--catalogue": "--catalog"]

    /// The arguments with the present names of options, up to `--`.
    static func replaced(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map { argument in
            let name = argument.prefix { $0 != "=" }
            guard let present = options[String(name)] else { return argument }
            return present + argument.dropFirst(name.count)
        } + arguments[end...]
    }
}
