# Pennypress. `make demo` and `make test` are the two ways in; both install what
# is missing first (tests/setup). Everything built is under build/.
#
#	make            the programs, into build/bin/
#	make demo       the example site on loopback, with a rehearsal checkout
#	make test       every test; ends with "N passed, N failed"
#	make lint       format, warnings with both compilers, clang-tidy, manuals
#	make fuzz       every fuzz target for FUZZ_SECONDS (30) seconds
#	make bench      ratios against Hugo and nginx
#	make install    DESTDIR, PREFIX
#
# CC=clang, SAN=address|thread, WERROR=1, V=1.

PREFIX ?= /usr/local
VERSION := 0.1.0
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
SAN ?= none
BUILD ?= build
OUT := $(BUILD)/$(notdir $(CC))-$(SAN)
BIN := $(BUILD)/bin
Q := $(if $(V),,@)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 \
	-Wundef -Wconversion -Wsign-conversion -Wimplicit-fallthrough \
	-Wnull-dereference $(if $(WERROR),-Werror)
ifeq ($(SAN),none)
# clang 14 loses the flags of a comparison to the probes of the latter.
HARDEN := -O2 -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	$(if $(findstring clang,$(CC)),,-fstack-clash-protection)
else ifeq ($(SAN),address)
HARDEN := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
LDSAN := -fsanitize=address,undefined
else ifeq ($(SAN),thread)
HARDEN := -O1 -fno-omit-frame-pointer -fsanitize=thread
LDSAN := -fsanitize=thread
else ifeq ($(SAN),fuzzer)
HARDEN := -O1 -g -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined
LDSAN := -fsanitize=fuzzer,address,undefined
else
$(error SAN is none, address, thread or fuzzer, not '$(SAN)')
endif
CPPFLAGS_ALL := -std=c11 -D_GNU_SOURCE -DPENNYPRESS_VERSION='"$(VERSION)"' \
	-DPENNYPRESS_DATADIR='"$(PREFIX)/share/pennypress"' $(CPPFLAGS)
CFLAGS_ALL := $(HARDEN) -g -fPIE -pthread $(WARN) $(CFLAGS)
LDFLAGS_ALL := -pie -Wl,-z,relro,-z,now -pthread $(LDSAN) $(LDFLAGS)

# A folder includes common and the folders before it in its list, so data flows
# one way and the compiler says when it does not.
GENERATOR := source content link markdown recommend page publish command
GATEWAY := config token message confine release front till command

COMMON_PKG := yaml-0.1 jansson libsodium
GENERATOR_PKG := $(COMMON_PKG) libgit2 libdeflate libbrotlienc libzstd \
	libutf8proc lapacke openblas
GATEWAY_PKG := $(COMMON_PKG) libmicrohttpd libcurl sqlite3 libseccomp
STANDIN_PKG := $(COMMON_PKG) libmicrohttpd libcurl
pkg = $(shell pkg-config --libs $(1) 2>/dev/null)
PKG_CFLAGS := $(shell pkg-config --cflags $(GENERATOR_PKG) $(GATEWAY_PKG) \
	2>/dev/null)
LIBS_generator = $(call pkg,$(GENERATOR_PKG)) -lcmark-gfm-extensions \
	-lcmark-gfm -lm
LIBS_gateway = $(call pkg,$(GATEWAY_PKG)) -lm
LIBS_standin = $(call pkg,$(STANDIN_PKG)) -lm
LIBS_common = $(call pkg,$(COMMON_PKG)) -lm

before = $(if $(filter-out $(firstword $(2)),$(1)),$(firstword $(2)) \
	$(call before,$(1),$(wordlist 2,99,$(2))))
INC_common := -Icommon
$(foreach d,$(GENERATOR),$(eval INC_generator/$d := -Icommon \
	$(addprefix -Igenerator/,$(call before,$d,$(GENERATOR)) $d)))
$(foreach d,$(GATEWAY),$(eval INC_gateway/$d := -Icommon \
	$(addprefix -Igateway/,$(call before,$d,$(GATEWAY)) $d)))
INC_generator := -Icommon $(addprefix -Igenerator/,$(GENERATOR))
INC_gateway := -Icommon $(addprefix -Igateway/,$(GATEWAY))
INC_tests/standin := -Icommon -Itests/standin
INC_tests/unit := $(INC_generator) $(INC_gateway) -Itests/standin -Itests/unit
INC_tests/fuzz := $(INC_tests/unit)
INC_tests/bench := $(INC_tests/unit)

SRC_common := $(wildcard common/*.c)
SRC_generator := $(wildcard $(addsuffix /*.c,$(addprefix generator/,$(GENERATOR))))
SRC_gateway := $(wildcard $(addsuffix /*.c,$(addprefix gateway/,$(GATEWAY))))
SRC_standin := $(filter-out tests/standin/main.c,$(wildcard tests/standin/*.c))
MAINS := generator/main.c gateway/main.c tests/standin/main.c
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*_test.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*_fuzz.c))
ALL_SRC := $(SRC_common) $(SRC_generator) $(SRC_gateway) $(SRC_standin) \
	$(wildcard $(MAINS) tests/unit/*.c tests/fuzz/*.c tests/bench/*.c)
ALL_HDR := $(wildcard common/*.h generator/*/*.h gateway/*/*.h tests/*/*.h)

obj = $(patsubst %.c,$(OUT)/%.o,$(1))
LIB_common := $(OUT)/libcommon.a
LIB_generator := $(OUT)/libgenerator.a
LIB_gateway := $(OUT)/libgateway.a
LIB_standin := $(OUT)/libstandin.a
PROGRAMS := pennypress pennygate pennymint

.PHONY: FORCE packages all programs demo test check lint format fuzz bench install clean setup \
	units fuzzers benches
.SECONDARY:
all: programs compile_commands.json
programs: $(addprefix $(if $(filter none,$(SAN)),$(BIN),$(OUT))/,$(PROGRAMS))

# build/bin holds the finished programs, whichever compiler made them; those with
# a sanitizer stay in their own folder.
$(BIN)/%: $(OUT)/% FORCE
	@mkdir -p $(@D)
	$(Q)cmp -s $< $@ || { cp -f $< $@.new && mv -f $@.new $@; }
FORCE:

$(OUT)/pennypress: $(call obj,generator/main.c) $(LIB_generator) $(LIB_common)
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_generator)
$(OUT)/pennygate: $(call obj,gateway/main.c) $(LIB_gateway) $(LIB_common)
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_gateway)
$(OUT)/pennymint: $(call obj,tests/standin/main.c) $(LIB_standin) $(LIB_common)
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_standin)

$(LIB_common): $(call obj,$(SRC_common))
$(LIB_generator): $(call obj,$(SRC_generator))
$(LIB_gateway): $(call obj,$(SRC_gateway))
$(LIB_standin): $(call obj,$(SRC_standin))
$(OUT)/lib%.a:
	@mkdir -p $(@D)
	$(Q)rm -f $@ && ar rcs $@ $^

# Says what is missing before the compiler does.
packages:
	@pkg-config --exists $(GENERATOR_PKG) $(GATEWAY_PKG) 2>/dev/null || { \
		echo "libraries are missing; install them with: tests/setup build" \
		>&2; exit 1; }

dir_of = $(patsubst %/,%,$(dir $(1)))
$(OUT)/%.o: %.c | packages
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS_ALL) $(INC_$(call dir_of,$<)) $(PKG_CFLAGS) \
		$(CFLAGS_ALL) -MMD -MP -c -o $@ $<
-include $(patsubst %.c,$(OUT)/%.d,$(ALL_SRC))

# A unit test is linked with everything but the mains.
$(OUT)/tests/unit/%_test: $(OUT)/tests/unit/%_test.o $(LIB_generator) \
		$(LIB_gateway) $(LIB_standin) $(LIB_common)
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_generator) $(LIBS_gateway) \
		-lcmocka
units: $(addprefix $(OUT)/tests/unit/,$(UNITS))

$(OUT)/tests/fuzz/%_fuzz: $(OUT)/tests/fuzz/%_fuzz.o $(LIB_generator) \
		$(LIB_gateway) $(LIB_standin) $(LIB_common)
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_generator) $(LIBS_gateway)
fuzzers: $(addprefix $(OUT)/tests/fuzz/,$(FUZZERS))

# Written by make itself: a command line cannot hold it.
compile_commands.json: Makefile $(ALL_SRC)
	$(file >$@.new,[)
	$(foreach f,$(ALL_SRC),$(file >>$@.new,$(if $(filter-out \
		$(firstword $(ALL_SRC)),$f),$(,)){"directory":"$(CURDIR)"$(,)"file":"$f"$(,)"arguments":[$(foreach \
		w,$(CC) $(CPPFLAGS_ALL) $(INC_$(call dir_of,$f)) \
		$(PKG_CFLAGS),$(call json,$w)$(,))"-c"$(,)"$f"]}))
	$(file >>$@.new,])
	$(Q)mv -f $@.new $@
, := ,
json = "$(subst ",\",$(subst ',,$1))"

clean:
	rm -rf $(BUILD) compile_commands.json

# --- Ways in -----------------------------------------------------------------

JOBS := -j$(shell nproc 2>/dev/null || echo 2)
demo:
	@tests/setup demo
	@$(MAKE) --no-print-directory $(JOBS) programs
	@exec tests/demo
test:
	@tests/setup test
	@tests/run
lint:
	@tests/setup lint
	@tests/lint
FUZZ_SECONDS ?= 30
fuzz:
	@tests/setup fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run
bench:
	@tests/setup bench
	@$(MAKE) --no-print-directory $(JOBS) programs benches
	@tests/bench/run

format:
	clang-format -i $(ALL_SRC) $(ALL_HDR)

# The tools of the benchmarks stand alone.
$(OUT)/tests/bench/%: $(OUT)/tests/bench/%.o
	@echo "  LD    $@"
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmark-gfm-extensions -lcmark-gfm
benches: $(patsubst %.c,$(OUT)/%,$(wildcard tests/bench/*.c))

# Lists for the scripts, so that they stand in one place.
print-%:
	@printf '%s\n' $($*)

# --- Installing --------------------------------------------------------------

SHARE := $(DESTDIR)$(PREFIX)/share
MAN1 := generator/pennypress.1 tests/standin/pennymint.1
MAN5 := generator/pennypress-site.5 generator/pennypress-theme.5 \
	generator/pennypress-release.5 gateway/pennygate-gate.5
MAN8 := gateway/pennygate.8
UNITDIR ?= $(DESTDIR)$(PREFIX)/lib/systemd/system
install: programs
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 \
		$(SHARE)/man/man5 $(SHARE)/man/man8 $(UNITDIR)
	install -m 755 $(addprefix $(BIN)/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(MAN1) $(SHARE)/man/man1
	install -m 644 $(MAN5) $(SHARE)/man/man5
	install -m 644 $(MAN8) $(SHARE)/man/man8
	sed 's|@PREFIX@|$(PREFIX)|g' gateway/pennygate.service \
		>$(UNITDIR)/pennygate.service
	find themes -type f | while read -r f; do \
		install -D -m 644 "$$f" "$(SHARE)/pennypress/$$f"; done
