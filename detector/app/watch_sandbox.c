#include "detector/app/watch_sandbox.h"

#include "detector/app/sandbox.h"
#include "parsers/base/alloc.h"

TC_STATUS tc_watch_sandbox(const tc_options *options, const tc_watch_options *watched,
                           const tc_live_receivers *receivers, char ret_lack[256], tc_error *reterr)
{
    tc_run run = {.options = NULL};
    tc_sandbox_more more = {.state = watched->state, .watches = true};
    tc_status status = tc_live_receivers_files(receivers, &more.told, &more.keys);
    if (!tc_failed(status) && watched->metrics)
        status = tc_path_list_add(&more.told, watched->metrics);
    if (!tc_failed(status)) status = tc_run_find_data(&run, reterr);
    more.data = run.data_folder;
    if (!tc_failed(status)) status = tc_sandbox_close(options, &more, ret_lack, reterr);
    tc_free(more.told.items);
    tc_free(more.keys.items);
    return status;
}
