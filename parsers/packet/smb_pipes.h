/*
 * smb_pipes: the named pipes of one SMB connection through which DCE/RPC is spoken.
 *
 * A pipe is known by what is written to it, so that files cost nothing: the first bytes must be a
 * PDU. What is read and written is a run of bytes in which PDUs are cut anywhere.
 *
 * Bounds: TC_SMB_PIPES at a time, the one that was begun first gives way; 64 KiB of an incomplete
 * PDU each way.
 */
#ifndef TC_PACKET_SMB_PIPES_H
#define TC_PACKET_SMB_PIPES_H

#include "parsers/packet/dialogue.h"

#define TC_SMB_PIPES 32

typedef struct tc_smb_file {
    uint8_t id[16];
} tc_smb_file;

typedef struct tc_smb_pipe tc_smb_pipe;

typedef struct tc_smb_pipes {
    tc_smb_pipe *pipes[TC_SMB_PIPES];
    size_t next;
} tc_smb_pipes;

bool tc_smb_pipes_has(const tc_smb_pipes *pipes, const tc_smb_file *file);
/* The file that a chain of requests opened has its name now. */
void tc_smb_pipes_rename(tc_smb_pipes *pipes, const tc_smb_file *from, const tc_smb_file *to);
/* What was written to a file, or read from it, by the session of `actor`, which may be empty. */
void tc_smb_pipes_take(tc_dialogue *d, tc_smb_pipes *pipes, const tc_smb_file *file, bool server,
                       tc_slice bytes, tc_slice actor);
void tc_smb_pipes_close(tc_dialogue *d, tc_smb_pipes *pipes, const tc_smb_file *file);
/* Bytes of one side were lost: what is incomplete stays so. */
void tc_smb_pipes_lost(tc_dialogue *d, tc_smb_pipes *pipes, bool server);
void tc_smb_pipes_done(tc_dialogue *d, tc_smb_pipes *pipes);

#endif
