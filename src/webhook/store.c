/* store.c - the deliverer's five calls, made of the real store. */
#include "jobmatch/webhook.h"

static int load_endpoints(void *arg, jm_endpoints_cb *cb, void *cb_arg, struct jm_err *err)
{
    return jm_store_load_endpoints(arg, cb, cb_arg, err);
}

static int load_deliveries(void *arg, const uint64_t *endpoints, size_t n, unsigned per_endpoint,
                           jm_deliveries_cb *cb, void *cb_arg, struct jm_err *err)
{
    return jm_store_load_deliveries(arg, endpoints, n, per_endpoint, cb, cb_arg, err);
}

static int finish_deliveries(void *arg, const struct jm_delivery_outcome *o, size_t n,
                             jm_finish_cb *cb, void *cb_arg, struct jm_err *err)
{
    return jm_store_finish_deliveries(arg, o, n, cb, cb_arg, err);
}

static int update_endpoint(void *arg, const struct jm_endpoint *e, jm_store_done_cb *cb,
                           void *cb_arg, struct jm_err *err)
{
    return jm_store_update_endpoint(arg, e, cb, cb_arg, err);
}

static bool owns(void *arg, unsigned shard, uint32_t *epoch)
{
    return jm_store_owns(arg, shard, epoch);
}

struct jm_webhook_store jm_webhook_store_of(struct jm_store *s)
{
    return (struct jm_webhook_store){load_endpoints, load_deliveries, finish_deliveries,
                                     update_endpoint, owns, s};
}
