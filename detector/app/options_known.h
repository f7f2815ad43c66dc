/*
 * options_known: which command knows an option, for the parser of the command line and for the
 * completion that is made of the same table. Numbers are those of commands.def, one bit each.
 */
#ifndef TC_APP_OPTIONS_KNOWN_H
#define TC_APP_OPTIONS_KNOWN_H

/* Who asks a scan (`asking`) takes all that a scan takes for what is observed and what is made of
 * it (`judging`). */
static inline bool tc_option_is_known(unsigned commands, bool judging, unsigned command,
                                      unsigned scan, unsigned asking)
{
    return (commands & command) || ((command & asking) && (commands & scan) && judging);
}

#endif
