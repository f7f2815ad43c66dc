/*
 * sender_outlet: a file or standard output (outlet.h) as a sender. Without patience: a disk that is
 * full stays so. The state is a tc_outlet.
 */
#ifndef TC_APP_SENDER_OUTLET_H
#define TC_APP_SENDER_OUTLET_H

#include "detector/output/sender.h"
#include "detector/report/outlet.h"

extern const tc_sender tc_sender_outlet;

#endif
