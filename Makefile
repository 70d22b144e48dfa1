# Thin on purpose: each target calls what CI calls.
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: build static install check test test-unit format hooks clean

build:
	swift build

static:
	Scripts/build-static

install: static
	install -D -m 0755 .build-static/gotoolprov "$(DESTDIR)$(PREFIX)/bin/gotoolprov"

check:
	Scripts/check

test:
	Scripts/test

test-unit:
	Scripts/test --unit

format:
	swift format --in-place --recursive Sources Tests Package.swift

hooks:
	ln -sf ../../Scripts/check .git/hooks/pre-commit

clean:
	rm -rf .build .build-static .demo
