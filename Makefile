# Thin on purpose: each target calls what CI calls.
PREFIX ?= /usr/local
DESTDIR ?=
# The executable that `install-files` installs.
PROGRAM ?= .build-static/gotoolprov

PREFIXED = $(DESTDIR)$(PREFIX)
BASH_COMPLETION = $(PREFIXED)/share/bash-completion/completions/gotoolprov
ZSH_COMPLETION = $(PREFIXED)/share/zsh/site-functions/_gotoolprov
FISH_COMPLETION = $(PREFIXED)/share/fish/vendor_completions.d/gotoolprov.fish
MANUAL = $(PREFIXED)/share/man/man1/gotoolprov.1

.PHONY: build static install install-files uninstall check test test-unit format hooks clean

build:
	swift build

static:
	Scripts/build-static

install: static
	$(MAKE) install-files

install-files:
	install -D -m 0755 "$(PROGRAM)" "$(PREFIXED)/bin/gotoolprov"
	install -d "$(dir $(BASH_COMPLETION))" "$(dir $(ZSH_COMPLETION))" "$(dir $(FISH_COMPLETION))" "$(dir $(MANUAL))"
	"$(PROGRAM)" completions bash > "$(BASH_COMPLETION)"
	"$(PROGRAM)" completions zsh > "$(ZSH_COMPLETION)"
	"$(PROGRAM)" completions fish > "$(FISH_COMPLETION)"
	Scripts/make-manual "$(PROGRAM)" > "$(MANUAL)"
	chmod 0644 "$(BASH_COMPLETION)" "$(ZSH_COMPLETION)" "$(FISH_COMPLETION)" "$(MANUAL)"

# What is installed with gotoolprov stays: `gotoolprov list` shows it, `gotoolprov remove` deletes it.
uninstall:
	rm -f "$(PREFIXED)/bin/gotoolprov" "$(BASH_COMPLETION)" "$(ZSH_COMPLETION)" "$(FISH_COMPLETION)" "$(MANUAL)"

check:
	Scripts/check

test:
	Scripts/test

test-unit:
	Scripts/test --unit

format:
	swift format --in-place --recursive Sources Tests Package.swift
	.demo/ruff/bin/ruff format --quiet --config Scripts/ruff.toml $$(python3 -B Scripts/support/scripts.py python)

hooks:
	ln -sf ../../Scripts/check .git/hooks/pre-commit

clean:
	rm -rf .build .build-static .demo .official
