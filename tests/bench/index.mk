# the index against plain loops: make bench-index [INDEX_DOCS=1000000] [INDEX_SEED=1]
INDEX_DOCS ?= 1000000
INDEX_SEED ?= 1
bench-index: $(BUILD)/bench/index_ranked $(BUILD)/bench/index_reverse
	$(Q)$(BUILD)/bench/index_ranked $(INDEX_DOCS) $(INDEX_SEED)
	$(Q)$(BUILD)/bench/index_reverse $(INDEX_DOCS) $(INDEX_SEED)
