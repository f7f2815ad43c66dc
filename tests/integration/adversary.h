/* adversary: alerts whose every text is hostile, and what was put into them. */
#ifndef TC_TEST_ADVERSARY_H
#define TC_TEST_ADVERSARY_H

#include "detector/alert.h"

enum { ADVERSARY_FIELDS = 9 };

typedef struct adversary {
    tc_alert alert;
    tc_alert_evidence evidence;
    uint8_t bytes[ADVERSARY_FIELDS][64];
    const char *names[ADVERSARY_FIELDS]; /* as the syslog format calls them */
    tc_slice values[ADVERSARY_FIELDS];
    uint32_t state; /* of the randomness */
} adversary;

/* The same number gives the same alert. */
void adversary_make(adversary *a, unsigned number);
/* Three pieces between two letters, which keep blanks from standing at the ends. */
tc_slice adversary_value(adversary *a, uint8_t *out);
/* " name hex": the bytes in hexadecimal, so that nothing of how an output escapes is known to
 * whoever compares. */
void adversary_put_field(FILE *fields, const char *name, tc_slice raw);
/* All of an alert. */
void adversary_put_fields(FILE *fields, const adversary *a);

#endif
