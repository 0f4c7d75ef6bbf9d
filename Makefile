# Everything a person or a build server runs here. `make` alone says what there is.
.PHONY: help demo test check check-tools check-format check-lints check-docs check-dependencies check-rust-version \
	second-opinion actix-session bench fuzz mutants interop fixtures semver
.DEFAULT_GOAL := help

# rustup puts cargo here; a shell opened before it was installed doesn't know yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

# Seconds that each fuzz target runs.
FUZZ_SECONDS ?= 60
# Which of how many parts of the mutants are tried, and of which of the two groups.
SHARD ?= 0/1
MUTANTS ?= core roles

help:
	@echo 'make demo      an identity provider and a service provider on this machine: log in with a browser'
	@echo 'make test      every test of the workspace, how long each suite took, and what was left out'
	@echo 'make check     format, lints, documentation, features, dependencies, the oldest Rust'
	@echo 'make second-opinion  what libxmlsec1 says of what is accepted here'
	@echo 'make actix-session  the example with sessions of actix-session'
	@echo 'make bench     benchmarks'
	@echo 'make fuzz      each fuzz target for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make mutants   whether the tests notice each small change of what decides; SHARD=$(SHARD) MUTANTS="$(MUTANTS)"'
	@echo 'make interop   logins against real SAML products on this machine'
	@echo 'make fixtures  makes the messages in fixtures/ anew, octet for octet'
	@echo 'make semver    which changes of the API since the last release need a new major version'

demo:
	@.ci/setup build
	@cargo run --locked --package saml-cli -- demo

test:
	@.ci/setup build test
	@.ci/test

# With -k, all of them are made even if one fails.
check: check-format check-lints check-docs check-dependencies check-rust-version

check-tools:
	@.ci/setup build check

check-format: check-tools
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check

check-lints: check-tools
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy --package saml-provider --package saml-sp --package saml-idp --no-default-features --locked -- -D warnings
	cargo clippy --manifest-path fuzz/Cargo.toml --target-dir target/fuzz -- -D warnings

check-docs: check-tools
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked

check-dependencies: check-tools
	@.ci/audit

check-rust-version: check-tools
	@.ci/msrv

# A workspace of its own, which needs C libraries that nothing else does; compiled beside the rest. Not --locked: its lock
# holds what saml-core depends on too, and would have to follow every change there.
second-opinion:
	@.ci/setup build second-opinion
	cargo fmt --manifest-path saml-xmlsec/Cargo.toml --check
	cargo clippy --manifest-path saml-xmlsec/Cargo.toml --target-dir target --all-targets -- -D warnings
	cargo test --manifest-path saml-xmlsec/Cargo.toml --target-dir target --no-fail-fast

# A workspace of its own, for the cookies of the web framework that it turns on. Not --locked: its lock holds what our
# crates depend on too, and follows them.
actix-session:
	@.ci/setup build
	cargo fmt --manifest-path examples/actix-session/Cargo.toml --check
	cargo clippy --manifest-path examples/actix-session/Cargo.toml --target-dir target --all-targets -- -D warnings
	cargo test --manifest-path examples/actix-session/Cargo.toml --target-dir target --no-fail-fast

bench:
	@.ci/setup build
	cargo bench --locked --package saml-benches --bench ratios --bench allocations --bench aggregate

fuzz:
	@.ci/fuzz $(FUZZ_SECONDS)

mutants:
	@.ci/mutants $(SHARD) $(MUTANTS)

interop:
	@.ci/setup build interop
	@tests/interop/run

fixtures:
	@.ci/setup build
	cargo run --locked --quiet --package saml-testkit --example fixtures -- fixtures

semver:
	@.ci/semver
