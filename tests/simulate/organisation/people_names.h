/* people_names: given and family names of everyday life, ASCII as in addresses. */
#ifndef TC_SIMULATE_PEOPLE_NAMES_H
#define TC_SIMULATE_PEOPLE_NAMES_H

#include <stdint.h>

extern const char *const given_names[];
extern const char *const family_names[];
extern const uint32_t given_count, family_count;

#endif
