/*
 * ordered_hit: whom a match of a rule on a raw event is about.
 *
 * A raw event names people as its log does; a finding, and the correlations that put it beside
 * derived events, want them under their one key. A mailbox or account that nobody knows keeps the
 * name that was written. A request that was refused is about its source, not about the name that
 * was tried. Texts live as long as the observation and, until the next statement, the identity.
 */
#ifndef TC_PIPELINE_ORDERED_HIT_H
#define TC_PIPELINE_ORDERED_HIT_H

#include "detector/derive/derive.h"
#include "detector/enrich/identity.h"
#include "detector/enrich/observation.h"
#include "detector/incident/incident.h"
#include "detector/sigma/matcher.h"

void tc_hit_subject(tc_identity *identity, const tc_observation *hit, tc_slice heap,
                    tc_subject *ret);
/* The same before its turn: as people are known now, and nothing is learned from it. */
void tc_hit_subject_early(tc_identity *identity, const tc_observation *hit, tc_slice heap,
                          tc_subject *ret);
/* The subject with its entity, and whether that is a newcomer. */
tc_subject tc_hit_resolve(tc_identity *identity, const tc_subject *subject);
/* Puts the keys in place of the names where the rule's correlations ask for mailbox, actor, target
 * or sender. */
void tc_hit_captures(tc_identity *identity, const tc_rule *rule, const tc_subject *subject,
                     tc_capture *captures);
/* Whom a single match is told of once a day: mailbox, else actor, user, address or server. */
tc_slice tc_hit_entity(const tc_subject *subject, char ip[TC_IP_TEXT]);
/* What is learned of the mailboxes waits for what becomes of a finding of medium or above. */
void tc_hit_withhold(tc_deriver *deriver, const tc_finding *finding);

#endif
