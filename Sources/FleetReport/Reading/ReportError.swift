package import ToolchainCore

/// Why a document is no report, or none that this program reads.
package typealias ReportError = DocumentError
