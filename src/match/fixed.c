/* fixed.c - see fixed.h. Logarithms by repeated squaring, powers of two from the sixteen roots
 * 2^(2^-i), cosines from a table of whole degrees. */
#include "fixed.h"

#include "jobmatch/err.h"

int32_t jm_fx_log2(uint32_t x)
{
    JM_ASSERT(x >= 1);
    int32_t whole = 31 - __builtin_clz(x);
    uint64_t m = ((uint64_t)x << 31) >> whole; /* mantissa in Q31: [2^31, 2^32) */
    int32_t frac = 0;
    for (int i = 0; i < 16; i++) {
        m = (m * m) >> 31;
        frac <<= 1;
        if (m >= (uint64_t)1 << 32) {
            m >>= 1;
            frac |= 1;
        }
    }
    return (int32_t)((uint32_t)whole << 16) + frac;
}

uint32_t jm_fx_exp2(int32_t x)
{
    static const uint64_t root[16] = { /* 2^(2^-i) in Q31, i = 1..16 */
        3037000500u, 2553802834u, 2341847524u, 2242560872u, 2194507417u, 2170868212u,
        2159144272u, 2153306067u, 2150392887u, 2148937775u, 2148210589u, 2147847087u,
        2147665360u, 2147574502u, 2147529075u, 2147506361u
    };
    int32_t whole = x >> 16; /* rounds down, negative too */
    uint32_t frac = (uint32_t)x & 0xffff;
    uint64_t v = (uint64_t)1 << 31;
    for (int i = 0; i < 16; i++)
        if (frac & (0x8000u >> i))
            v = (v * root[i]) >> 31;
    int shift = 15 - whole; /* Q31 to Q16 */
    if (shift < 0)
        return INT32_MAX;
    if (shift >= 40)
        return 0;
    v >>= shift;
    return v > INT32_MAX ? INT32_MAX : (uint32_t)v;
}

static unsigned to_pm(uint32_t q16)
{
    uint64_t pm = ((uint64_t)q16 * 1000 + 32) >> 16; /* 32: what the roots lost by rounding down */
    return pm > 1000 ? 1000 : (unsigned)pm;
}

unsigned jm_fx_pow_pm(uint32_t num, uint32_t den, unsigned power_pm)
{
    if (num >= den)
        return 1000;
    if (num == 0)
        return 0;
    int64_t log = (int64_t)jm_fx_log2(num) - jm_fx_log2(den);
    return to_pm(jm_fx_exp2((int32_t)(log * (int64_t)power_pm / 1000)));
}

unsigned jm_fx_half_pm(uint64_t x, uint32_t unit)
{
    uint64_t q = unit ? x * JM_FX_ONE / unit : 0;
    return q > 20 * JM_FX_ONE ? 0 : to_pm(jm_fx_exp2(-(int32_t)q));
}

unsigned jm_fx_decay_pm(uint64_t x, uint32_t unit)
{
    uint64_t q = unit ? x * 94548 / unit : 0; /* log2(e) in Q16 */
    return q > 20 * JM_FX_ONE ? 0 : to_pm(jm_fx_exp2(-(int32_t)q));
}

uint32_t jm_fx_sqrt(uint64_t x)
{
    uint64_t root = 0;
    for (uint64_t bit = (uint64_t)1 << 31; bit; bit >>= 1)
        if ((root | bit) * (root | bit) <= x)
            root |= bit;
    return (uint32_t)root;
}

/* Thousandths of the cosine of a latitude in degrees * 1e5. */
static int64_t cos_pm(int32_t lat_e5)
{
    static const int16_t table[91] = {
        1000, 1000, 999, 999, 998, 996, 995, 993, 990, 988, 985, 982, 978, 974, 970, 966, 961, 956,
        951, 946, 940, 934, 927, 921, 914, 906, 899, 891, 883, 875, 866, 857, 848, 839, 829, 819,
        809, 799, 788, 777, 766, 755, 743, 731, 719, 707, 695, 682, 669, 656, 643, 629, 616, 602,
        588, 574, 559, 545, 530, 515, 500, 485, 469, 454, 438, 423, 407, 391, 375, 358, 342, 326,
        309, 292, 276, 259, 242, 225, 208, 191, 174, 156, 139, 122, 105, 87, 70, 52, 35, 17, 0
    };
    int32_t a = lat_e5 < 0 ? -lat_e5 : lat_e5, deg = a / 100000;
    if (deg >= 90)
        return 0;
    return table[deg] + (int64_t)(table[deg + 1] - table[deg]) * (a % 100000) / 100000;
}

uint32_t jm_fx_distance_km(int32_t lat1, int32_t lon1, int32_t lat2, int32_t lon2)
{
    int64_t dlat = (int64_t)lat1 - lat2, dlon = (int64_t)lon1 - lon2;
    if (dlon < 0)
        dlon = -dlon;
    if (dlon > 18000000)
        dlon = 36000000 - dlon;
    int64_t middle = ((int64_t)lat1 + lat2) / 2;
    int64_t y = dlat * 111195 / 100000; /* metres: 111.195 km a degree */
    int64_t x = dlon * 111195 / 100000 * cos_pm((int32_t)middle) / 1000;
    return (jm_fx_sqrt((uint64_t)(x * x + y * y)) + 500) / 1000;
}

int jm_fx_year(int64_t seconds)
{
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    return (int)(yoe + era * 400 + (doy >= 306)); /* the year begins in March here */
}
