# sparkify_dwh: a local Redshift warehouse in PostgreSQL
#
#   make demo      runs the main job on a throwaway cluster
#   make serve     a local warehouse that stays, for Redshift's clients (CFG=dwh.cfg, BUCKET=directory)
#   make test      runs every test on throwaway servers
#   make check     the lint, the unit tests and pg_regress
#   make debug     builds without optimisation
#   make coverage  which lines the unit tests reach
#   make asan      the tests of the server with the module under AddressSanitizer and UBSan (long)
#   make lint      layering, formatting, static checks
#   make bench     measures against peers (long)
#   make dist      the archive for PGXN
#   make versions  builds, installs and checks that archive on the PostgreSQL of each Debian suite, in chroots
#   make; make install; make installcheck      as for every extension

EXTENSION = sparkify_dwh
MODULE_big = sparkify_dwh
# The version stands in the control file, and nowhere else.
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" sparkify_dwh.control)
DATA = sparkify_dwh--$(EXTVERSION).sql
DOCS = $(wildcard doc/*)
# gateway/ is a program of its own.
OBJS = $(patsubst %.c,%.o,$(sort $(shell find src -name '*.c' -not -path 'src/gateway/*')))
REGRESS = $(sort $(basename $(notdir $(wildcard sql/*.sql))))

PG_CONFIG ?= pg_config
PG_CPPFLAGS = -Isrc -DSPARKIFY_VERSION='"$(EXTVERSION)"' $(shell xml2-config --cflags 2>/dev/null)
PG_CFLAGS = -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-declaration-after-statement \
	-Wno-missing-field-initializers $(WERROR)
# Calls within the module go straight to their function, which spares a load a few percent (test/bench/README.md).
SHLIB_LINK = -Wl,-Bsymbolic-functions -lcurl -ljson-c -lxml2 -lz -lbz2 -lzstd -lcrypto -lpthread
EXTRA_CLEAN = build

.DEFAULT_GOAL = all

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifeq ($(MAKECMDGOALS),check)
# PGXS has a target of this name, too, which only says that there is none.
check: lint ; @test/run.sh unit regress
else ifneq ($(wildcard $(PGXS)),)
# Bitcode would serve JIT inlining only, and needs the very clang PostgreSQL was built with.
override with_llvm = no
include $(PGXS)
# a folder of its own: the names of the pages are no extension's alone
docmoduledir = extension/sparkify_dwh
# PGXS removes the pages by the names they have here, folder included.
uninstall: uninstall-docs
uninstall-docs:
	rm -rf '$(DESTDIR)$(docdir)/$(docmoduledir)'
else
all install installcheck uninstall:
	@echo "$(PG_CONFIG) does not lead to PostgreSQL's server headers; 'make deps' installs them" >&2
	@exit 1
clean:
	rm -rf build sparkify_dwh.so $(OBJS)
endif

# Objects depend on every header: the whole extension builds in seconds.
$(OBJS): $(shell find src -name '*.h') Makefile sparkify_dwh.control

# The gateway: a program of its own, which knows nothing of PostgreSQL's headers.
GATEWAY = build/sparkify_gateway
$(GATEWAY): $(wildcard src/gateway/*.[ch] src/gateway/*/*.[ch]) src/endpoint/answer.h
	@mkdir -p build
	$(CC) -std=gnu11 -O2 -g -Isrc -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers $(WERROR) $(COPT) \
		-D_FORTIFY_SOURCE=2 -fstack-protector-strong -o $@ $(wildcard src/gateway/*.c src/gateway/*/*.c) -lssl -lcrypto
all: $(GATEWAY)
install: install-gateway
uninstall: uninstall-gateway
install-gateway: $(GATEWAY)
	mkdir -p '$(DESTDIR)$(bindir)'
	install -m 755 $(GATEWAY) '$(DESTDIR)$(bindir)/sparkify_gateway'
uninstall-gateway:
	rm -f '$(DESTDIR)$(bindir)/sparkify_gateway'

.PHONY: dist versions pictures install-gateway uninstall-gateway uninstall-docs deps demo serve test check debug coverage asan lint tidy format bench generator
deps:
	@test/deps.sh build
demo: ; @test/demo.sh
serve: ; @CFG="$(CFG)" BUCKET="$(BUCKET)" test/serve.sh
test: ; @test/run.sh $(TESTS)
debug: ; @$(MAKE) COPT='-O0 -g3 -fno-inline' all
coverage: ; @test/coverage.sh
asan: ; @test/asan.sh
lint: ; @test/lint.sh
tidy:
	find src/source src/gateway -name '*.c' | xargs -P $$(nproc) -n 8 sh -c 'clang-tidy --quiet "$$@" -- -std=gnu11 -Isrc $(shell xml2-config --cflags 2>/dev/null)' sh
format:
	clang-format -i $$(find src test -name '*.[ch]')
bench: ; @test/bench/run.sh

# The archive for PGXN: what is committed, and nothing else.
DISTVERSION = $(shell sed -nE '1,/"version"/s/^ *"version": *"(.*)",/\1/p' META.json)
dist:
	@mkdir -p build
	git archive --format=zip --prefix=sparkify_dwh-$(DISTVERSION)/ -o build/sparkify_dwh-$(DISTVERSION).zip HEAD
versions: ; @test/versions.sh
# What README.md shows of the report: some of its pictures, over generated data.
pictures:
	@EVENTS=20000 test/demo.sh >/dev/null && perl test/picture.pl build/report.html >build/report.svg && mv build/report.svg doc/report.svg

# The data generator: build/sparkify_generate --help
generator: build/sparkify_generate
build/sparkify_generate: test/generator/sparkify_generate.c
	@mkdir -p build
	$(CC) -std=gnu11 -O2 -Wall -Wextra -o $@ $< -lm
