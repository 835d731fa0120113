# `make help` lists what there is to do.

PREFIX ?= /usr/local
SWIFT ?= swift
# Other linker options than those of `make build`, so a build folder of its own.
STATIC := .build/static
# What install-program installs, and what runs it where it is another machine's: qemu-aarch64.
PROGRAM = $(STATIC)/release/fscomp
EMULATOR :=
COMPLETION = $(STATIC)/completion
FSCOMP := .build/release/fscomp
# The C library, of what `make test` or `make build` compiles anyway.
LIBRARY := .build/library
# What else the program can be called by.
LINKS := unfscomp fscompcat fscompgrep fscompless
MANUAL := fscomp.1 fscomp-train.1 fscomp-model.1 fscomp-eval.1 fscomp-explain.1 fscomp-bench.1 fscomp.5

# OpenBLAS is loaded by `fscomp train`, never linked.
DEBIAN_PACKAGES := libzstd-dev libopenblas0 pkg-config
# What tests that are passed over without it take, and checks: `make setup CI=1` installs these, too.
CI_PACKAGES := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user python3-venv \
  default-jre-headless shellcheck

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# install-missing PACKAGES: a command that installs those of Debian's packages that are not there.
define install-missing
missing=""; \
for package in $(1); do \
  dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed \
    || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  echo "Installing$$missing"; \
  $(SUDO) apt-get update -qq && \
  $(SUDO) env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends $$missing; \
fi
endef

.PHONY: help setup ready build library python spark test lint docs fuzz sanitize demo static install \
  install-program install-library uninstall dist dist-test bench pictures scaling speed corpora clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install the Debian packages that are missing: libzstd-dev, libopenblas0, pkg-config
	@command -v $(SWIFT) >/dev/null || { \
	  echo "fscomp needs a Swift 6.2 toolchain or later: https://www.swift.org/install" >&2; exit 1; }
	@$(call install-missing,$(DEBIAN_PACKAGES))
	@$(if $(CI),$(call install-missing,$(CI_PACKAGES)) || echo "Went on without some of these" >&2)

# What `setup` installs has to be there: nothing else installs anything for the system.
ready:
	@command -v $(SWIFT) >/dev/null || { \
	  echo "fscomp needs a Swift 6.2 toolchain or later: https://www.swift.org/install" >&2; exit 1; }
	@pkg-config --exists libzstd 2>/dev/null || { \
	  echo "fscomp needs pkg-config and libzstd: 'make setup' installs $(DEBIAN_PACKAGES)" >&2; exit 1; }

build: ready ## build the optimized program: .build/release/fscomp
	$(SWIFT) build -c release --product fscomp

library: ready ## build the C library: .build/library
	$(SWIFT) build -c release --product CFSComp
	PREFIX=$(PREFIX) Sources/CFSComp/Linking/link.sh .build/release $(LIBRARY)

python: library ## build the Python package: dist/*.whl
	rm -rf dist
	python3 python/backend/wheel_of_library.py dist

spark: library ## test the Python package on a Spark cluster of two workers on this machine
	python/test.sh --spark || [ $$? -eq 77 ]

test: ready ## run every test
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build
	Sources/CFSComp/Linking/link.sh .build/release $(LIBRARY)
	Tests/CFSCompTests/run.sh $(LIBRARY)
	python/test.sh || [ $$? -eq 77 ]
	python/test.sh --spark || [ $$? -eq 77 ]
	Tests/CKernelsCrossTests/run.sh || [ $$? -eq 77 ]
	Tests/FaultTests/run.sh $(FSCOMP) || [ $$? -eq 77 ]
	Tests/PageTests/run.sh $(FSCOMP) || [ $$? -eq 77 ]
	training/test.sh || [ $$? -eq 77 ]
	reference/test.sh || [ $$? -eq 77 ]

lint: ## check how the code is written, with the tools that are there
	SWIFT=$(SWIFT) .ci/lint

docs: library ## make the pages of the Swift library: .build/docs
	.ci/docs .build/release .build/docs

fuzz: ready ## try inputs that nobody would write, a minute for each target (SECONDS_EACH)
	Tests/Fuzzing/run.sh

sanitize: ready ## run the program with the address and the thread sanitizer, and traps on undefined behaviour (SHORT=1)
	Tests/sanitize.sh

demo: build ## compress and decompress a bundled text beside zstd
	bench/demo.sh $(FSCOMP)

bench: static ## the README's table: enwik8's last 5 MB beside the other programs
	corpora/fetch.sh
	$(STATIC)/release/fscomp bench --threads $$(nproc) --markdown corpora/data/enwik8.test

pictures: static ## the README's pictures: docs/front.svg, docs/explained.png
	corpora/fetch.sh
	bench/pictures.sh $(STATIC)/release/fscomp

speed: ready ## speed of kernels, stages and whole files, memory, and what lanes cost
	$(SWIFT) build -c release --product fscomp
	$(SWIFT) build -c release --product KernelBenchmark
	.build/release/KernelBenchmark
	bench/throughput.py
	$(SWIFT) build -c release --product TrainingBenchmark
	.build/release/TrainingBenchmark

# Of generated logs, at a level.
MEGABYTES ?= 200
LEVEL ?= 1
scaling: library ## throughput of a Spark cluster of one worker and of two (MEGABYTES, LEVEL)
	python/environment.sh --spark
	.build/python/bin/python bench/spark.py $(MEGABYTES) $(LEVEL)

corpora: ## bring the benchmark data: corpora/data
	corpora/fetch.sh

static: ready ## build one self-contained binary: .build/static/release/fscomp
	$(SWIFT) build -c release --product fscomp --scratch-path $(STATIC) \
	  --static-swift-stdlib -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker -s \
	  -Xlinker -T -Xlinker $(CURDIR)/packaging/discard.ld

install: install-program install-library ## put program, library, man pages and completions below PREFIX (/usr/local)

install-program: static
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/fscomp
	install -m 755 contrib/fscompgrep contrib/fscompless $(DESTDIR)$(PREFIX)/bin
	install -D -m 644 contrib/fscomp.vim $(DESTDIR)$(PREFIX)/share/vim/vimfiles/plugin/fscomp.vim
	for page in $(MANUAL); do \
	  install -D -m 644 docs/$$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$$page || exit 1; \
	done
	for name in unfscomp fscompcat; do ln -sf fscomp $(DESTDIR)$(PREFIX)/bin/$$name; done
	for name in $(LINKS); do \
	  ln -sf fscomp.1 $(DESTDIR)$(PREFIX)/share/man/man1/$$name.1; \
	done
	for shell in bash zsh fish; do \
	  $(EMULATOR) $(PROGRAM) --generate-completion-script $$shell > $(COMPLETION).$$shell || exit 1; \
	done
	install -D -m 644 $(COMPLETION).bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/fscomp
	install -D -m 644 $(COMPLETION).zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_fscomp
	install -D -m 644 $(COMPLETION).fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/fscomp.fish

install-library: library
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include $(LIBRARY)/fscomp.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib $(LIBRARY)/libfscomp.a
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/pkgconfig $(LIBRARY)/fscomp.pc
	cp -P $(LIBRARY)/libfscomp.so* $(DESTDIR)$(PREFIX)/lib

uninstall: ## remove what install put there
	for name in fscomp $(LINKS); do \
	  rm -f $(DESTDIR)$(PREFIX)/bin/$$name $(DESTDIR)$(PREFIX)/share/man/man1/$$name.1; \
	done
	for page in $(MANUAL); do \
	  rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$$page; \
	done
	rm -f \
	  $(DESTDIR)$(PREFIX)/share/vim/vimfiles/plugin/fscomp.vim \
	  $(DESTDIR)$(PREFIX)/include/fscomp.h $(DESTDIR)$(PREFIX)/lib/libfscomp.* \
	  $(DESTDIR)$(PREFIX)/lib/pkgconfig/fscomp.pc \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/fscomp \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_fscomp \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/fscomp.fish

dist: static python ## make the packages of a release: dist
	packaging/dist.sh $(PROGRAM) dist
	SWIFT=$(SWIFT) packaging/arm64.sh dist || [ $$? -eq 77 ]
	cd dist && sha256sum -- * > SHA256SUMS

dist-test: ## try the packages that are in dist; as root, on a fresh Debian 12, too
	packaging/test.sh dist

clean: ## remove everything that was built
	rm -rf .build
