# the index against the plain loop: make bench-index [INDEX_DOCS=1000000] [INDEX_SEED=1]
INDEX_DOCS ?= 1000000
INDEX_SEED ?= 1
bench-index: $(BUILD)/bench/index_ranked
	$(Q)$(BUILD)/bench/index_ranked $(INDEX_DOCS) $(INDEX_SEED)
