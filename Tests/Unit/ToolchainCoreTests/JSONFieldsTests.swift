import Testing

@testable import ToolchainCore

/// Reading, writing and describing the fields of a record.
struct JSONFieldsTests {
    enum Color: String, JSONWord {
        case red
        case deepBlue = "deep-blue"
        case other
        static var unrecognized: Color { .other }
    }

    struct Digits: JSONText, Hashable {
        let description: String
        static let form = JSONTextForm("three digits", pattern: "^[0-9]{3}$")

        init?(_ text: String) {
            guard text.utf8.count == 3, Int(text) != nil else { return nil }
            description = text
        }
    }

    struct Wheel: JSONRecord, Hashable {
        var inches = 0
        var name: String?
        static var blank: Wheel { Wheel() }

        mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
            try fields.count("inches", &inches, .required, upTo: 99)
            try fields.text("name", &name)
        }
    }

    struct Car: JSONRecord, Hashable {
        var maker = "unknown"
        var plate = Digits("000")
        var color = Color.other
        var isOld = false
        var isFast: Bool?
        var balance: Int?
        var seatCount = 2
        var engineName: String?
        var spare: Wheel?
        var wheels: [Wheel] = []
        var owners: [String] = []
        static var blank: Car { Car() }

        mutating func fields(_ fields: inout JSONFields) throws(DocumentError) {
            try fields.kind(.cache)
            try fields.text("maker", &maker)
            try fields.value("plateNumber", &plate, .nullable, described: "Of the \"first\" owner.")
            try fields.word("color", &color, never: [.other])
            try fields.flag("isOld", &isOld)
            try fields.flag("isFast", &isFast, .nullable)
            try fields.count("balance", &balance)
            try fields.count("seatCount", &seatCount)
            try fields.object("engine", isWritten: engineName != nil, .optional) {
                engine throws(DocumentError) in
                try engine.text("name", &engineName, .required)
            }
            try fields.object("spare", &spare)
            try fields.list("wheels", &wheels, upTo: 4, described: "All of them.")
            try fields.texts("owners", &owners, upTo: 2)
            fields.output("wheelCount", .integer(wheels.count), schema: JSONSchema.count())
        }
    }

    static func read(_ document: String) throws(DocumentError) -> Car {
        try Car(reading: ObjectReader(parsing: Array(document.utf8)))
    }

    static let full = Car(
        maker: "é\"\n",
        plate: Digits("123"),
        color: .deepBlue,
        isOld: true,
        isFast: false,
        balance: 7,
        seatCount: 4,
        engineName: "V8",
        spare: Wheel(inches: 17),
        wheels: [Wheel(inches: 18, name: "a"), Wheel(inches: 99)],
        owners: ["alice", "bob"]
    )

    @Test func `a record survives a round trip, in the order of its fields`() throws {
        #expect(try Self.read(Self.full.document.rendered) == Self.full)
        let noPlate = Car(plate: nil, color: .red)
        #expect(try Self.read(noPlate.document.rendered) == noPlate)
        #expect(
            Self.full.document.renderedOnOneLine
                == #"{"schema":"gotoolprov.cache/2","maker":"é\"\n","plateNumber":"123","#
                + #""color":"deep-blue","isOld":true,"isFast":false,"balance":7,"seatCount":4,"#
                + #""engine":{"name":"V8"},"spare":{"inches":17},"#
                + #""wheels":[{"inches":18,"name":"a"},{"inches":99}],"#
                + #""owners":["alice","bob"],"wheelCount":2}"#
        )
        #expect(
            Car(plate: nil, color: .red).document.renderedOnOneLine
                == #"{"schema":"gotoolprov.cache/2","maker":"unknown","plateNumber":null,"#
                + #""color":"red","isOld":false,"isFast":null,"seatCount":2,"#
                + #""wheels":[],"owners":[],"wheelCount":0}"#
        )
    }

    @Test func `absent and null fields keep their values, and unknown fields are ignored`() throws {
        let schema = #""schema":"gotoolprov.cache/2""#
        #expect(try Self.read("{\(schema)}") == Car(plate: nil))
        #expect(try Self.read("{\(schema),\"maker\":null,\"new\":[1]}") == Car(plate: nil))
        #expect(try Self.read("{\(schema),\"color\":\"green\"}").color == .other)
    }

    @Test func `keys and words of 0.1.0 are read`() throws {
        let car = try Self.read(
            #"{"schema":"gotoolprov.cache/1","plate_number":"123","color":"deep_blue","#
                + #""seat_count":5,"isFast":true}"#
        )
        #expect(car == Car(plate: Digits("123"), color: .deepBlue, isFast: true, seatCount: 5))
    }

    @Test func `strings that are too long are truncated, and secrets are masked`() throws {
        var car = Self.full
        car.maker = String(repeating: "é", count: 3000)
        car.owners = ["https://u:s3cret@h/", "b", "c"]
        car.wheels = Array(repeating: Wheel(inches: 1), count: 6)
        let again = try Self.read(car.document.rendered)
        #expect(again.maker.utf8.count <= 4096 && again.maker.hasSuffix("é…"))
        #expect(again.owners == ["https://***@h/", "b"])
        #expect(again.wheels.count == 4)
    }

    @Test(arguments: [
        (#""maker":7"#, "`maker`: expected a string, found the number 7"),
        (#""plateNumber":"12""#, "`plateNumber`: expected three digits"),
        (#""isOld":"yes""#, "`isOld`: expected true or false, found a string"),
        (#""balance":1.5"#, "`balance`: expected an integer, found the number 1.5"),
        (#""seatCount":-1"#, "`seatCount`: expected a non-negative integer"),
        (#""engine":{}"#, "`engine.name`: is missing"),
        (#""engine":[]"#, "`engine`: expected an object, found an array"),
        (#""spare":{"inches":100}"#, "`spare.inches`: larger than 99"),
        (#""wheels":{}"#, "`wheels`: expected an array, found an object"),
        (#""wheels":[{"inches":1},{}]"#, "`wheels[1].inches`: is missing"),
        (#""wheels":[{},{},{},{},{}]"#, "`wheels`: more than 4 elements"),
        (#""owners":["a",true]"#, "`owners[1]`: expected a string, found true or false"),
        (#""owners":["a" "b"]"#, "expected `,` or `]` (line 1, column 46)"),
    ])
    func `an error has the path, the expectation and the value`(
        members: String,
        message: String
    ) {
        let error = #expect(throws: DocumentError.self) {
            try Self.read(#"{"schema":"gotoolprov.cache/2",\#(members)}"#)
        }
        #expect(error?.description == message)
    }

    @Test func `an error names a key as the document spells it`() {
        let error = #expect(throws: DocumentError.self) {
            try Self.read(#"{"schema":"gotoolprov.cache/1","seat_count":"4"}"#)
        }
        #expect(
            error?.description == "`seat_count`: expected an integer, found a string"
        )
    }

    @Test func `the schema describes the written document`() throws {
        let text = #"{"type":"string","maxLength":4096}"#
        let count = #"{"type":"integer","minimum":0"#
        let wheel =
            #"{"type":"object","additionalProperties":false,"required":["inches"],"properties":{"#
            + #""inches":\#(count),"maximum":99},"name":\#(text)}}"#
        let engine =
            #"{"type":"object","additionalProperties":false,"required":["name"],"properties":{"#
            + #""name":\#(text)}}"#
        #expect(
            Car.schema(titled: "A car").renderedOnOneLine
                == #"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"A car","#
                + #""type":"object","additionalProperties":false,"#
                + #""required":["schema","maker","plateNumber","color","isOld","isFast","seatCount","#
                + #""wheels","owners","wheelCount"],"properties":{"#
                + #""schema":{"const":"gotoolprov.cache/2"},"maker":\#(text),"#
                + #""plateNumber":{"anyOf":[{"type":"string","pattern":"^[0-9]{3}$"},"#
                + #"{"type":"null"}],"description":"Of the \"first\" owner."},"#
                + #""color":{"enum":["red","deep-blue"]},"isOld":{"type":"boolean"},"#
                + #""isFast":{"anyOf":[{"type":"boolean"},{"type":"null"}]},"#
                + #""balance":\#(count)},"seatCount":\#(count)},"engine":\#(engine),"#
                + #""spare":\#(wheel),"#
                + #""wheels":{"type":"array","items":\#(wheel),"maxItems":4,"#
                + #""description":"All of them."},"#
                + #""owners":{"type":"array","items":\#(text),"maxItems":2},"#
                + #""wheelCount":\#(count)}}}"#
        )
    }
}
