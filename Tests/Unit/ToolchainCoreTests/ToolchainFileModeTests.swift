import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct ToolchainFileModeTests {
    @Test(
        arguments: [
            "bin/go", "pkg/tool/linux_amd64/compile", "src/make.bash", "src/runtime/mkduff.sh",
            "src/x.pl", "src/all.rc", "lib/wasm/go_js_wasm_exec", "lib/wasm/go_wasip1_wasm_exec",
            "go_a_b_exec", "src/go_a_b_c_exec",
        ]
    )
    func `programs and scripts are executable`(path: String) {
        #expect(ToolchainFileMode.isExecutable(path))
    }

    @Test(
        arguments: [
            "VERSION", "src/bin/go", "bin", "binary", "pkg/tools/x", "pkg/include/a.h", "src/a.go",
            "src/make.bat", "src/bash", "src/sh", "lib/wasm/go_js_wasm_exec.js", "go_exec",
            "go__exec", "go_a_exec", "go_a__exec", "go__b_exec", "src/go_js_wasm_exec/x",
            "go_a_b_exe", "xgo_a_b_exec",
        ]
    )
    func `other files are not executable`(path: String) {
        #expect(!ToolchainFileMode.isExecutable(path))
    }

    @Test func `a module omits four directories, not files of their names`() {
        for path in ["api/go1.txt", "doc/a", "misc/b/c", "test/d"] {
            #expect(ToolchainFileList.omits(path))
        }
        for path in ["api", "apis/a", "src/test/a", "testdata/b", "Test/a"] {
            #expect(!ToolchainFileList.omits(path))
        }
    }
}
