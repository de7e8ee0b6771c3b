/* chances.h - chances as whole numbers: logarithms in units of 1/1024, chances in 65536ths. */
#ifndef JM_CHANCES_H
#define JM_CHANCES_H

#include <stdint.h>

enum { CHANCE_UNIT = 1024, CHANCE_ONE = 65536 };

/* ln(e^a + e^b). Both at least INT32_MIN / 2, so that their difference is a number. */
int32_t chance_either(int32_t a, int32_t b);
/* e^log for log <= 0 (above: 1). */
int32_t chance_of(int32_t log);

#endif
