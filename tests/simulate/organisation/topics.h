/* topics: subjects that people write in everyday mail. */
#ifndef TC_SIMULATE_TOPICS_H
#define TC_SIMULATE_TOPICS_H

#include "tests/simulate/organisation/org.h"

#define TOPIC_TEXT 160
void topic_draw(rng *r, bool chinese, char out[TOPIC_TEXT]);

#endif
