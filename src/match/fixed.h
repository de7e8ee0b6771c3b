/* fixed.h - logarithms, powers and distances on integers.
 *
 * Scores must be the same bytes on every machine, so nothing here uses floating point. Base-2
 * logarithms and exponents are Q16: 65536 is 1.0. Both are exact to about 2^-15, and monotone. */
#ifndef JM_MATCH_FIXED_H
#define JM_MATCH_FIXED_H

#include <stdint.h>

enum { JM_FX_ONE = 1 << 16 };

/* log2(x) in Q16; x >= 1. */
int32_t jm_fx_log2(uint32_t x);
/* 2^x, x in Q16 (may be negative), as an integer in Q16; saturates at 2^31 - 1. */
uint32_t jm_fx_exp2(int32_t x);
/* 1000 * (num / den)^(power_pm / 1000), rounded down, for 0 < num <= den. */
unsigned jm_fx_pow_pm(uint32_t num, uint32_t den, unsigned power_pm);
/* 1000 * 2^(-x / unit), rounded down. */
unsigned jm_fx_half_pm(uint64_t x, uint32_t unit);
/* 1000 * e^(-x / unit), rounded down. */
unsigned jm_fx_decay_pm(uint64_t x, uint32_t unit);
uint32_t jm_fx_sqrt(uint64_t x); /* rounded down */

/* Kilometres between two points in degrees * 1e5, on a flat map of the middle latitude: within
 * 1 % up to some hundred kilometres, which is all that a commute asks. */
uint32_t jm_fx_distance_km(int32_t lat1, int32_t lon1, int32_t lat2, int32_t lon2);
/* The calendar year (UTC) of seconds since 1970. */
int jm_fx_year(int64_t seconds);

#endif
