# the index against plain loops and other engines: make bench-index [INDEX_DOCS=1000000]
# [INDEX_SEED=1] [INDEX_SIZES=100000,1000000,5000000]
# [INDEX_PEERS=200000] (documents for Xapian and PostgreSQL); a seed gives the same data everywhere
INDEX_DOCS  ?= 1000000
INDEX_SEED  ?= 1
INDEX_PEERS ?= 200000
INDEX_SIZES ?= 100000,1000000,5000000
# documents replaced while the index is searched; 10000000 shows whether it stays fast
INDEX_PUTS  ?= 500000
INDEX_BENCH := $(addprefix $(BUILD)/bench/,index_ranked index_change index_reverse index_text index_growth \
               peers/ours peers/postgres)
bench-index: $(INDEX_BENCH)
	$(Q)$(BUILD)/bench/index_ranked $(INDEX_DOCS) $(INDEX_SEED)
	$(Q)$(BUILD)/bench/index_change $(INDEX_DOCS) $(INDEX_SEED) $(INDEX_PUTS)
	$(Q)$(BUILD)/bench/index_reverse $(INDEX_DOCS) $(INDEX_SEED)
	$(Q)$(BUILD)/bench/index_text $(INDEX_DOCS) $(INDEX_SEED)
	$(Q)$(BUILD)/bench/index_growth $(INDEX_SEED) $(INDEX_SIZES)
	$(Q)tests/bench/peers/run $(BUILD) $(INDEX_PEERS) $(INDEX_SEED)
