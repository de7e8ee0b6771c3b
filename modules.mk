# The house, from the ground up: a module and the modules it may include.
# `make deps` fails on any other include edge; the linker line follows from it too.
MODULES := base model loop http text skill format taxonomy index match resource pg store webhook pipeline api

# ground
uses_base     :=
uses_model    := base
uses_loop     := base
uses_http     := loop base
# engine: no I/O, no clock, no libevent
uses_text     := model base
uses_skill    := text model base
uses_format   := text model base
uses_taxonomy := skill text model base
uses_index    := base
uses_match    := index skill text model base
# the engine's files: the only room that reads them
uses_resource := match index skill text model base
# truth
uses_pg       := loop base
uses_store    := pg loop model base
# edges
uses_webhook  := store loop http base
uses_pipeline := match index skill store loop model base
uses_api      := pipeline webhook match index skill text format store http loop model base
# programs
uses_daemon   := api pipeline webhook resource match index skill text format store pg http loop model base
uses_cli      := resource match index taxonomy skill text format model base
