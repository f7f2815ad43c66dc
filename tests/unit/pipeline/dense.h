/*
 * dense: logs of twelve days in which much happens within the same seconds.
 *
 * Two webmail servers whose records share their seconds, also word by word, within one file and
 * across both; logons with and without a page behind them, sessions whose silences last about the
 * idle limit, names in two forms; automatic replies, password changes and the cloud's audit of the
 * same seconds; in the end one address that opens fifteen mailboxes, and replies in another
 * language.
 */
#ifndef TC_TEST_APP_DENSE_H
#define TC_TEST_APP_DENSE_H

/* Below the folder of init_files: "logs", and "own.yml" with rules on raw events. */
void put_dense(void);
void put_own_rules(void);

#endif
