/*
 * response: the defenders shut the webmail and let everybody change the password.
 *
 * Drawn for clean organisations as a trap (a scare), and after campaigns that are found out.
 */
#ifndef TC_SIMULATE_RESPONSE_H
#define TC_SIMULATE_RESPONSE_H

#include "tests/simulate/organisation/org.h"

void response_set(org *o, tc_time from, bool declared, rng *r);

#endif
