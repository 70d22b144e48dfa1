"""Tests of Scripts/support/check_words.py: what it finds, and what it leaves alone."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Scripts/support"))
from check_words import WORDS, uses  # noqa: E402

# At least one for each word of the list.
UNWANTED = (
    "the SDK folder",
    "let sourceFolder = 1",
    "no catalogue knows it",
    "struct Wish {}",
    "a flaw of the report",
    "settings and traps",
    "Folders for SDKs and launchers",
    "Whoever waits",
    "the parts thereof",
    "no matter of the archive",
    "the user is told",
    "the\n/// user is\n/// told",
    "it tells of files",
    "a download is gone on with",
    "the slowest server that is put up with",
    "Give a server up that sends nothing",
    "what `ensure` would come to",
    "makes the Delve present",
    "hosts that cannot be had",
    "nowhere to get it from",
    "30 if not said",
    "a request that makes no sense",
    "nothing, or nearly so",
    "the output as it comes",
    "a link that leads where nobody should go",
    "tried in vain",
    "a strange file",
    "and never half",
    "for lack of a Go",
    "what came is HTML",
    "which is no archive",
    "a port that is none",
    "an optimised program",
    "normalised paths",
    "its behaviour",
    "a licence",
)

FINE = (
    "${workspaceFolder}/main.go",
    "--catalogue is the former name",
    "| `folders` | | `directories` |",
    "there is no archive of it",
    "where there is none",
    "it is no longer used",
    "where the client makes one",
    "CLICOLOR_FORCE",
    "`optimised` is the former name",
    "a canary release",
    "the flags that it told apart",
)


class WordsTests(unittest.TestCase):
    def test_each_word_is_found_and_an_error_says_what_to_write_instead(self) -> None:
        for text in UNWANTED:
            with self.subTest(text):
                found = list(uses("page.md", "first line\n" + text))
                self.assertTrue(found)
                self.assertRegex(found[0], r"^page\.md:[23]: “.+”: write instead: .+")

    def test_no_word_is_without_an_example(self) -> None:
        for word in WORDS:
            with self.subTest(word.pattern):
                self.assertTrue(any(list(word.uses(text)) for text in UNWANTED))

    def test_names_of_others_and_ordinary_phrases_stay(self) -> None:
        for text in FINE:
            with self.subTest(text):
                self.assertEqual(list(uses("page.md", text)), [])


if __name__ == "__main__":
    unittest.main()
