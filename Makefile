# jobmatchd: one Makefile for everything.  `make help` lists the targets.
PROFILE ?= release
BUILD   ?= build/$(PROFILE)
PREFIX  ?= /usr/local
# what runs by itself (check, asan, tsan, fuzz, lint) uses every core it may
JOBS    ?= $(shell nproc)
DESTDIR ?=
CC      ?= gcc
AR      ?= ar
VERSION := $(shell sed -n 's/^\#define JM_VERSION "\(.*\)"/\1/p' include/jobmatch/version.h)

# --- the house: a module and the modules it may include (make deps proves it) ---------------
include modules.mk

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wformat=2 -Wvla -Wno-missing-field-initializers
HARD := -fstack-protector-strong -fPIE
OPT_release := -O2 -g -D_FORTIFY_SOURCE=3
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
ifeq ($(CI),true)
WARN += -Werror
endif
PKGS    := libevent_core libevent_extra libevent_openssl libpq jansson libpcre2-8 libcurl libcrypto expat libutf8proc
# expanded once: pkg-config costs more than most compilations
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lstemmer -lm -lpthread
CFLAGS_ALL  = -std=gnu11 $(WARN) $(HARD) $(OPT_$(PROFILE)) -D_GNU_SOURCE -DJM_PREFIX='"$(PREFIX)"' -Iinclude -I$(BUILD)/gen $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro -Wl,-z,now $(filter -fsanitize=% --coverage,$(OPT_$(PROFILE))) $(LDFLAGS)

# for a make inside a make: as many jobs, unless the caller has said how many
jobs = $(if $(findstring j,$(firstword -$(MAKEFLAGS)))$(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

ifneq ($(V),1)
Q := @
say = @printf '  %-5s %s\n' "$(1)" "$(2)"
endif

srcs     = $(wildcard src/$(1)/*.c)
objs     = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(call srcs,$(1)))
lib      = $(BUILD)/lib/lib$(1).a
# everything a module needs, itself first
closure  = $(1) $(foreach m,$(uses_$(1)),$(call closure,$(m)))
dedup    = $(if $1,$(firstword $1) $(call dedup,$(filter-out $(firstword $1),$1)))
libs_for = $(foreach m,$(filter-out daemon cli,$(call dedup,$(call closure,$(1)))),$(call lib,$(m)))

TESTS   := $(wildcard tests/*/test_*.c)
TESTBIN := $(patsubst tests/%.c,$(BUILD)/tests/%,$(TESTS))
BENCHES := $(shell grep -l "^int main" tests/bench/*.c 2>/dev/null)
BENCHBIN:= $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(BENCHES))
FUZZERS := $(wildcard tests/fuzz/fuzz_*.c)

.PHONY: all check unit asan tsan fuzz bench cov lint format deps stats install demo help clean \
        bench-index bench-skill check-faults check-model tests
.SECONDARY:

all: $(BUILD)/jobmatchd $(BUILD)/jobmatch $(BUILD)/receiver

$(BUILD)/obj/%.o: src/%.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# the SQL is included by the assembler, which -MMD does not see
$(BUILD)/obj/store/migrations.o: $(wildcard migrations/*.sql)

define module_rules
$(call lib,$(1)): $(call objs,$(1))
	$$(call say,AR,$$@)
	@mkdir -p $$(@D) && rm -f $$@
	$(Q)$(AR) rcs $$@ $$^
$(BUILD)/tests/$(1)/%: tests/$(1)/%.c $(call libs_for,$(1))
	$$(call say,LINK,$$@)
	@mkdir -p $$(@D)
	$(Q)$(CC) $$(CFLAGS_ALL) -Wno-missing-prototypes -Isrc -MMD -MP -MF $$@.d -o $$@ $$< $$(LDFLAGS_ALL) \
	    -Wl,--start-group $(call libs_for,$(1)) -Wl,--end-group -lcmocka $$(PKG_LIBS)
endef
$(foreach m,$(MODULES),$(eval $(call module_rules,$(m))))

ALL_LIBS = $(foreach m,$(MODULES),$(call lib,$(m)))
$(BUILD)/jobmatchd: $(call objs,daemon) $(call libs_for,daemon)
$(BUILD)/jobmatch:  $(call objs,cli) $(call libs_for,cli)
$(BUILD)/jobmatchd $(BUILD)/jobmatch:
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) -o $@ $(filter %.o,$^) $(LDFLAGS_ALL) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)

# the webhook receiver of the demo and of the system tests
$(BUILD)/receiver: tests/system/receiver.c $(call libs_for,webhook)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -MF $@.d -o $@ $< $(LDFLAGS_ALL) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)

# two of its tests run the real receiver
$(BUILD)/tests/webhook/test_sender $(BUILD)/tests/webhook/test_deliver: | $(BUILD)/receiver

# a benchmark names what it measures in its first line:  /* uses: index */
$(BUILD)/bench/%: tests/bench/%.c $(ALL_LIBS)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Wno-missing-prototypes -Isrc -MMD -MP -MF $@.d -o $@ $< $(LDFLAGS_ALL) -Wl,--start-group \
	    $(foreach m,$(shell sed -n '1s,.*uses: *\([a-z ]*\).*,\1,p' $<),$(call libs_for,$(m))) \
	    -Wl,--end-group $(PKG_LIBS)

# where no second thread can be, TSan has nothing to look for (tests/threads.sh proves the list)
THREADED := base/test_epoch index/test_index index/test_model index/test_percolate loop/test_pool \
            match/test_corpus store/test_feed webhook/test_deliver webhook/test_sender webhook/test_tls

unit: tests
	$(Q)tests/run-unit $(BUILD)

# packages first: on a bare machine there is not even pkg-config to read the rest of this file with
check:
	$(Q).ci/packages
	$(Q)$(MAKE) --no-print-directory $(jobs) all tests
	$(Q)BUILD=$(BUILD) THREADED="$(THREADED)" tests/run

tests: $(TESTBIN)

# fewer random rankings and steps: under TSan each costs twenty times as much
FEWER = JM_RANK_CASES=$${JM_RANK_CASES:-300} JM_TEST_STEPS=$${JM_TEST_STEPS:-2000}
asan:
	$(Q)$(FEWER) $(MAKE) --no-print-directory $(jobs) PROFILE=asan unit
tsan:
	$(Q)$(MAKE) --no-print-directory $(jobs) PROFILE=tsan $(THREADED:%=build/tsan/tests/%)
	$(Q)$(FEWER) tests/run-unit build/tsan $(THREADED)

deps:
	$(Q)tests/deps.sh modules.mk

# --- fuzzers: clang's libFuzzer over the same sources -----------------------------------------
FUZZ_SECONDS ?= 60
FUZZ_BUILD   := build/fuzz
FUZZBIN      := $(patsubst tests/fuzz/%.c,$(FUZZ_BUILD)/%,$(FUZZERS))
FUZZ_CFLAGS  := -std=gnu11 -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
    -fno-sanitize-recover=undefined -D_GNU_SOURCE -DJM_PREFIX='"$(PREFIX)"' -DJM_FUZZ -Iinclude -Isrc \
    $(PKG_CFLAGS)
fuzz_uses = $(foreach u,$(shell sed -n '1s,.*uses: *\([a-z ]*\).*,\1,p' $(1)),$(call closure,$(u)))
fuzz_objs = $(patsubst src/%.c,$(FUZZ_BUILD)/obj/%.o,$(foreach m,$(call dedup,$(call fuzz_uses,$(1))),$(call srcs,$(m))))

$(FUZZ_BUILD)/obj/%.o: src/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)clang $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<
$(FUZZ_BUILD)/obj/store/migrations.o: $(wildcard migrations/*.sql)
# every object of its modules, not a library: a fuzzer sees all counters
define fuzz_rule
$(patsubst tests/fuzz/%.c,$(FUZZ_BUILD)/%,$(1)): $(1) $(call fuzz_objs,$(1))
	$$(call say,FUZZ,$$@)
	$$(Q)clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -MMD -MP -MF $$@.d -o $$@ $(1) $$(filter %.o,$$^) $(PKG_LIBS)
endef
ifneq ($(filter fuzz $(FUZZ_BUILD)/%,$(MAKECMDGOALS)),)
$(foreach f,$(FUZZERS),$(eval $(call fuzz_rule,$(f))))
-include $(shell find $(FUZZ_BUILD) -name '*.d' 2>/dev/null)
endif
# each for FUZZ_SECONDS, from its corpus in tests/fuzz/corpus/<name>
fuzz:
	$(Q)$(MAKE) --no-print-directory $(jobs) $(FUZZBIN)
	$(Q)JOBS=$(JOBS) tests/fuzz/run $(FUZZ_SECONDS) $(FUZZBIN)

# --- benchmarks --------------------------------------------------------------------------------
-include tests/bench/index.mk

bench: all $(BENCHBIN)
	$(Q)tests/bench/run $(BUILD)
	$(Q)$(MAKE) --no-print-directory bench-index

bench-skill: $(filter $(BUILD)/bench/skill_%,$(BENCHBIN))
	$(Q)for b in $^; do $$b || exit 1; done

# --- longer suites -------------------------------------------------------------------------------
# random operations against a naive reference: make check-model [STEPS=3000000] [SEED=1] [READERS=1],
# also with PROFILE=asan or tsan
STEPS ?= 3000000
SEED ?= 1
READERS ?= 1
check-model: $(BUILD)/tests/index/test_model
	$(Q)JM_MODEL_STEPS=$(STEPS) JM_TEST_SEED=$(SEED) JM_MODEL_READERS=$(READERS) $<

check-faults: all
	$(Q)python3 tests/system/faults.py --build $(BUILD)

# --- looking at the code -----------------------------------------------------------------------
CSRC := $(wildcard src/*/*.[ch] include/jobmatch/*.h tests/*/*.[ch])
format:
	$(Q)clang-format -i $(CSRC)

# The analyzer's walk through a function ends after so many nodes of the default's 225000: it costs
# two thirds less, and a function that needs more is too long for us anyway.
TIDY_NODES := 60000
TIDY_FLAGS = -std=gnu11 -D_GNU_SOURCE -DJM_PREFIX=\"/usr/local\" -Iinclude $(PKG_CFLAGS) \
    -Xclang -analyzer-config -Xclang max-nodes=$(TIDY_NODES)
lint: deps
	$(Q)cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --include=.cppcheck.h \
	    --suppressions-list=.cppcheck --error-exitcode=1 -j$(JOBS) -Iinclude src
	$(Q)echo $(wildcard src/*/*.c) | tr ' ' '\n' | \
	    xargs -P$(JOBS) -n4 sh -c 'clang-tidy --quiet "$$@" -- $(TIDY_FLAGS) 2>/dev/null' _
	$(Q)shellcheck -S warning tests/run tests/run-unit tests/deps.sh tests/threads.sh tests/fuzz/run \
	    tests/bench/run tests/bench/peers/run tests/demo/run .ci/run .ci/packages
	$(Q)mandoc -T lint -W warning docs/man/*.[158]

cov:
	$(Q)$(MAKE) PROFILE=cov unit
	$(Q)lcov -q -c -d build/cov -o build/cov/all.info && lcov -q -r build/cov/all.info '*/tests/*' '/usr/*' \
	    -o build/cov/cov.info && lcov --summary build/cov/cov.info

stats:
	$(Q)tests/stats.sh

# --- using it -------------------------------------------------------------------------------------
demo:
	$(Q).ci/packages
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(BUILD) tests/demo/run

install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/jobmatch/skills \
	    $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/man/man8 $(DESTDIR)$(PREFIX)/lib/systemd/system \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)/etc/jobmatch
	install -m 755 $(BUILD)/jobmatchd $(DESTDIR)$(PREFIX)/sbin/
	install -m 755 $(BUILD)/jobmatch $(DESTDIR)$(PREFIX)/bin/
	install -m 644 config/skills/*.skills config/skills/titles.kernel config/skills/*.weights config/skills/*.clusters \
	    config/skills/trades.tsv config/skills/NOTICE $(DESTDIR)$(PREFIX)/share/jobmatch/skills/
	install -m 644 docs/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 docs/man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	install -m 644 docs/man/*.8 $(DESTDIR)$(PREFIX)/share/man/man8/
	sed 's,/usr/local,$(PREFIX),g' systemd/jobmatchd.service \
	    >$(DESTDIR)$(PREFIX)/lib/systemd/system/jobmatchd.service
	install -m 644 systemd/*.socket $(DESTDIR)$(PREFIX)/lib/systemd/system/
	install -m 644 systemd/*.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/jobmatch.conf
	[ -e $(DESTDIR)/etc/jobmatch/jobmatch.conf ] || \
	    install -m 644 config/jobmatch.conf $(DESTDIR)/etc/jobmatch/jobmatch.conf

clean:
	rm -rf build

help:
	@echo 'make               build jobmatchd and jobmatch in build/release (PROFILE=debug|asan|tsan)'
	@echo 'make demo          install what is missing, build, and show a match and a webhook'
	@echo 'make check         all tests; ends with "N passed, N failed"'
	@echo 'make asan tsan     the unit tests under sanitizers (tsan: those that can start threads)'
	@echo 'make check-model   the index against a naive reference for STEPS operations (minutes)'
	@echo 'make check-faults  kill -9 and frozen-database suite (minutes)'
	@echo 'make fuzz          every fuzzer for FUZZ_SECONDS (60)'
	@echo 'make bench         all benchmarks; bench-index, bench-skill one of them'
	@echo 'make lint deps stats cov format install clean'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
