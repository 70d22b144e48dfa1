internal import ToolchainCore
internal import TransparencyLog

/// Documents that no log serves, for tests of what is refused.
package enum LogForgery {
    /// Returns an answer to a lookup that is put together from any parts.
    package static func lookup(_ index: Int, _ record: [UInt8], _ note: [UInt8]) -> [UInt8] {
        Array("\(index)\n".utf8) + record + Array("\n".utf8) + note
    }

    /// Returns a note with one changed bit in its last signature, which is then not one of the key.
    package static func withWrongSignature(_ note: [UInt8]) throws -> [UInt8] {
        let text = String(decoding: note, as: UTF8.self)
        guard let space = text.lastIndex(of: " "),
            var bytes = Base64.decoded(text[text.index(after: space)...].dropLast().utf8),
            !bytes.isEmpty
        else { throw LogSigner.Failed() }
        bytes[bytes.count - 1] ^= 1
        return Array("\(text[...space])\(Base64.encoded(bytes))\n".utf8)
    }

    /// Returns a document with one changed bit, in the byte at `offset`.
    package static func withWrongBit(_ document: [UInt8], at offset: Int) -> [UInt8] {
        var document = document
        document[offset] ^= 1
        return document
    }

    /// Returns a tile in which two hashes have changed places.
    package static func exchanging(_ one: Int, _ other: Int, in tile: [UInt8]) -> [UInt8] {
        var tile = tile
        for byte in 0..<LogHash.byteCount {
            tile.swapAt(one * LogHash.byteCount + byte, other * LogHash.byteCount + byte)
        }
        return tile
    }
}
