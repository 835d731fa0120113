/*
 * fscomp.h - the C interface of fscomp, a streaming compressor for text.
 *
 * Conventions
 *
 *   Results     Every function that can fail returns an int: FSCOMP_OK (0) or more is success, and
 *               negative numbers are errors (enum fscomp_error). Numbers never change their
 *               meaning. fscomp_last_error() has the details. After an error, what a function would
 *               have written through pointers is NULL or 0 unless its description says otherwise.
 *   Arguments   NULL where something is needed, a number out of range, or a size that does not fit
 *               the address space is FSCOMP_ERROR_ARGUMENT.
 *   Ownership   What a ..._new, ..._open, or ..._load function writes belongs to the caller, who
 *               ends it with the ..._free function of its type. ..._free(NULL) does nothing.
 *               Objects keep what they need of the objects that they were made with: an options
 *               or model object may be freed as soon as the call that took it has returned.
 *   Bytes       Memory that is handed over is used during the call only, except that of a
 *               fscomp_source, which is used until its reader is freed.
 *   Threads     All functions may be called from any thread. Models and options are shared freely.
 *               Every other object is for one call at a time, from whichever thread; a second call
 *               meanwhile, or one from within the object's own callbacks, is FSCOMP_ERROR_BUSY.
 *   Callbacks   Run on the thread of the call that they serve. They must return (no longjmp, no
 *               exceptions) and may call this library with other objects.
 *   Workers     Compressors, decompressors and readers have worker threads of their own, made at
 *               first use and gone when they are freed. These block all signals but those of
 *               faults, so that handlers run on threads of the host.
 *   fork        An object can only be used and freed in the process that made it: in a forked
 *               child, calls return FSCOMP_ERROR_FORKED, and ..._free leaves the memory to the end
 *               of the process. Models may be used in both. New objects may be made in a child.
 *   Memory      That of the blocks at work is asked for before they are begun, so that there being
 *               none is FSCOMP_ERROR_MEMORY, and no more than FSCOMP_OPTION_MEMORY_LIMIT in
 *               decompression. A system that promises memory it has not may still end the process.
 *   Limits      A block has less than 2^28 plain bytes, an archive less than 2^63.
 *
 * Structures have a first member struct_size, which the caller sets to sizeof of the structure:
 * later versions may have members more. Everything else about this interface stays as it is as long
 * as the number in the library's name does (libfscomp.so.1).
 */
#ifndef FSCOMP_H
#define FSCOMP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FSCOMP_API __attribute__((visibility("default")))
#else
#define FSCOMP_API
#endif

/* The version of everything in this repository: programs, packages and documents follow. */
#define FSCOMP_VERSION_MAJOR 1
#define FSCOMP_VERSION_MINOR 0
#define FSCOMP_VERSION_PATCH 0
/* "-rc1" and the like before a release, "" for one. */
#define FSCOMP_VERSION_PRERELEASE "-rc1"
#define FSCOMP_VERSION_NUMBER \
  (FSCOMP_VERSION_MAJOR * 10000 + FSCOMP_VERSION_MINOR * 100 + FSCOMP_VERSION_PATCH)

/* Of the library in use, as FSCOMP_VERSION_NUMBER is of this header. */
FSCOMP_API int fscomp_version_number(void);

/* The same as text, such as "1.0.0-rc1". Static. */
FSCOMP_API const char *fscomp_version_string(void);


/* ---- Errors --------------------------------------------------------------------------------- */

enum fscomp_error {
  FSCOMP_OK = 0,
  /* An argument that the function does not allow. */
  FSCOMP_ERROR_ARGUMENT = -1,
  /* Not enough memory. */
  FSCOMP_ERROR_MEMORY = -2,
  /* A progress callback asked for the end. */
  FSCOMP_ERROR_CANCELLED = -3,
  /* The callback of a source failed. */
  FSCOMP_ERROR_SOURCE = -4,
  /* The result does not fit where it should be written. */
  FSCOMP_ERROR_DESTINATION_TOO_SMALL = -5,
  /* A call that may not follow those before, such as input behind the end. */
  FSCOMP_ERROR_STATE = -6,
  /* The object is in use by another call. */
  FSCOMP_ERROR_BUSY = -7,
  /* The object was made by another process, from which this one was forked. */
  FSCOMP_ERROR_FORKED = -8,
  /* Something that should not happen; the details say what. */
  FSCOMP_ERROR_INTERNAL = -9,
  /* The callback that takes bytes failed. */
  FSCOMP_ERROR_SINK = -10,

  /* Of archives. The input does not begin with a frame. */
  FSCOMP_ERROR_NOT_AN_ARCHIVE = -101,
  /* The frame was written by a later version of the format. */
  FSCOMP_ERROR_UNSUPPORTED_VERSION = -102,
  /* The frame uses a feature of a later version of the format. */
  FSCOMP_ERROR_RESERVED_FLAGS = -103,
  /* A frame begins here, but its header does not match its check. */
  FSCOMP_ERROR_FRAME_HEADER_DAMAGED = -104,
  /* The archive ends in the middle of something. */
  FSCOMP_ERROR_TRUNCATED = -105,
  /* What should be a block or an index is neither. */
  FSCOMP_ERROR_BLOCK_HEADER_DAMAGED = -106,
  /* The bytes of a block are not those that were compressed. */
  FSCOMP_ERROR_CONTENT_MISMATCH = -107,
  /* The index does not match its own checksum. */
  FSCOMP_ERROR_INDEX_DAMAGED = -108,
  /* The index does not describe the blocks before it. */
  FSCOMP_ERROR_INDEX_MISMATCH = -109,
  /* Something that is not a frame follows a frame. */
  FSCOMP_ERROR_TRAILING_DATA = -110,
  /* A block takes more memory than the limit allows. */
  FSCOMP_ERROR_MEMORY_LIMIT = -111,
  /* No model of that id, or name, is at hand. */
  FSCOMP_ERROR_MODEL_NOT_FOUND = -112,
  /* A model cannot be read, is damaged, or lacks what is needed. */
  FSCOMP_ERROR_MODEL_UNUSABLE = -113
};

/* The name of an error, such as "FSCOMP_ERROR_TRUNCATED"; "FSCOMP_OK" for all that are none, and
   "FSCOMP_ERROR_UNKNOWN" for numbers that are not in this version. Static. */
FSCOMP_API const char *fscomp_error_name(int error);

/* What an error means, in a few English words. Static. */
FSCOMP_API const char *fscomp_error_string(int error);

typedef struct fscomp_error_info {
  size_t struct_size;
  /* FSCOMP_OK if nothing failed yet. */
  int error;
  /* Of archives: the block concerned, counted from 1 over all frames; 0 outside blocks. */
  uint64_t block;
  /* Of archives: where the damaged item begins, in bytes from the start of the archive. */
  uint64_t offset;
  /* One line, in English, cut to fit. */
  char message[512];
} fscomp_error_info;

/* The details of the last error that a function returned on this thread; a call that succeeds
   leaves them as they are. */
FSCOMP_API int fscomp_last_error(fscomp_error_info *info);


/* ---- Models --------------------------------------------------------------------------------- */

/* A model that is ready for use. It never changes. */
typedef struct fscomp_model fscomp_model;

/* The model in the library. The first call of a process prepares it, which takes some ten
   milliseconds. */
FSCOMP_API int fscomp_model_load_default(fscomp_model **model);

/* A model file (.fsm) in memory. */
FSCOMP_API int fscomp_model_load_memory(const void *bytes, size_t size, fscomp_model **model);

/* A model file. */
FSCOMP_API int fscomp_model_load_file(const char *path, fscomp_model **model);

/* The model file NAME.fsm in the first folder that has one: those of $FSCOMP_MODELS,
   $XDG_DATA_HOME/fscomp/models or ~/.local/share/fscomp/models, /usr/local/share/fscomp/models,
   /usr/share/fscomp/models; or the model in the library if the name is "default". */
FSCOMP_API int fscomp_model_load_named(const char *name, fscomp_model **model);

/* The id by which archives name the model; 0 of NULL. */
FSCOMP_API uint64_t fscomp_model_id(const fscomp_model *model);

/* What the model calls itself, UTF-8; lives as long as the model. NULL of NULL. */
FSCOMP_API const char *fscomp_model_name(const fscomp_model *model);

FSCOMP_API void fscomp_model_free(fscomp_model *model);


/* ---- Options -------------------------------------------------------------------------------- */

/* How to compress and decompress. Wherever options are taken, NULL stands for the defaults. */
typedef struct fscomp_options fscomp_options;

enum fscomp_option {
  /* 1 (quick) ... 9 (small). Default: 6. */
  FSCOMP_OPTION_LEVEL = 1,
  /* Plain bytes in a block, 1 ... 2^28 - 1; 0, the default: as the level has it. */
  FSCOMP_OPTION_BLOCK_SIZE = 2,
  /* Lanes in a block, a power of two up to 256; 0, the default: as the level has it. */
  FSCOMP_OPTION_LANES = 3,
  /* enum fscomp_network. */
  FSCOMP_OPTION_NETWORK = 4,
  /* Blocks to work on at the same time, 1 ... 4096; 0: one for each processor. Never changes an
     archive. Default: 1. */
  FSCOMP_OPTION_THREADS = 5,
  /* Bytes of memory for the blocks being decompressed. Default: 2^29. */
  FSCOMP_OPTION_MEMORY_LIMIT = 6,
  /* 1: blocks of 64 KiB, for quick access to any part; 0: as the level has it. The same as
     FSCOMP_OPTION_BLOCK_SIZE with 65536 or 0. */
  FSCOMP_OPTION_SEEKABLE = 7,
  /* enum fscomp_index. Default: FSCOMP_INDEX_BLOCKS. */
  FSCOMP_OPTION_INDEX = 8
};

/* Which blocks the network takes part in. */
enum fscomp_network {
  /* As the level has it; the default. */
  FSCOMP_NETWORK_DEFAULT = 0,
  /* Those of which a sample shows that it knows something about them. */
  FSCOMP_NETWORK_AUTO = 1,
  FSCOMP_NETWORK_ON = 2,
  FSCOMP_NETWORK_OFF = 3
};

/* What the index of an archive tells. */
enum fscomp_index {
  /* Where blocks are. */
  FSCOMP_INDEX_BLOCKS = 0,
  /* And how many lines end in each, four bytes a block more: fscomp_reader_find_lines then decodes
     the blocks alone that lines begin and end in. */
  FSCOMP_INDEX_LINES = 1
};

/* Called every tenth of a second of a long call, and between blocks, with the bytes that have been
   worked on so far. 0: go on; anything else: end the call with FSCOMP_ERROR_CANCELLED. */
typedef int (*fscomp_progress_fn)(void *user, uint64_t plain_bytes, uint64_t archive_bytes);

FSCOMP_API int fscomp_options_new(fscomp_options **options);

/* Sets a number. FSCOMP_ERROR_ARGUMENT if there is no such option or it cannot have this value. */
FSCOMP_API int fscomp_options_set(fscomp_options *options, int option, int64_t value);

/* Reads a number. */
FSCOMP_API int fscomp_options_get(const fscomp_options *options, int option, int64_t *value);

/* The model to compress with; NULL, the default: the one in the library. To decompress, it is one
   more to choose from, as those of the call below are. */
FSCOMP_API int fscomp_options_set_model(fscomp_options *options, const fscomp_model *model);

/* One more model to choose from in decompression, beside the one in the library and the installed
   ones. */
FSCOMP_API int fscomp_options_add_model(fscomp_options *options, const fscomp_model *model);

/* Who is told of progress, and can cancel; NULL, the default: nobody. */
FSCOMP_API int fscomp_options_set_progress(
    fscomp_options *options, fscomp_progress_fn progress, void *user);

FSCOMP_API void fscomp_options_free(fscomp_options *options);


/* ---- Bytes in memory, in one call ----------------------------------------------------------- */

/* The most bytes that an archive of this many has, made with these options; 0 if that is more than
   size_t holds, or of more than 2^57 bytes. */
FSCOMP_API size_t fscomp_compress_bound(const fscomp_options *options, size_t size);

/* Compresses all of src into one archive at dst, and writes its size. src may be NULL if size is 0.
   FSCOMP_ERROR_DESTINATION_TOO_SMALL if capacity does not do; fscomp_compress_bound always does. */
FSCOMP_API int fscomp_compress(
    const fscomp_options *options, const void *src, size_t size, void *dst, size_t capacity,
    size_t *written);

/* The size of what decompressing an archive makes, as its indexes say. Nothing is decompressed. */
FSCOMP_API int fscomp_plain_size(const void *archive, size_t size, uint64_t *plain_size);

/* Decompresses all frames of an archive, and writes how many bytes that made. When the archive is
   damaged, *written is how many bytes before the damage are at dst. */
FSCOMP_API int fscomp_decompress(
    const fscomp_options *options, const void *archive, size_t size, void *dst, size_t capacity,
    size_t *written);


/* ---- Streams -------------------------------------------------------------------------------- */

/* Bytes to be read; pos moves on as they are. */
typedef struct fscomp_input {
  const void *src;
  size_t size;
  size_t pos;
} fscomp_input;

/* Room for bytes; pos moves on as they are written. */
typedef struct fscomp_output {
  void *dst;
  size_t size;
  size_t pos;
} fscomp_output;

/* What follows the bytes of a call. */
enum fscomp_directive {
  /* There may be more. */
  FSCOMP_CONTINUE = 0,
  /* There may be more, but the output of all bytes so far is wanted now. In compression this ends
     a block, and small blocks compress less well. */
  FSCOMP_FLUSH = 1,
  /* Nothing: complete the output. From then on only this, with what was not read of the input. */
  FSCOMP_END = 2
};

/* What a call on a stream returns if nothing is wrong. */
enum fscomp_state {
  /* All input was read, and the next may come. Output may be on its way. */
  FSCOMP_NEEDS_INPUT = 1,
  /* The output is full, and there is more: call again with room and the rest of the input. */
  FSCOMP_HAS_OUTPUT = 2,
  /* After FSCOMP_FLUSH: all input was read, and all output of it is written. */
  FSCOMP_FLUSHED = 3,
  /* After FSCOMP_END: all is done. Calls again return the same. */
  FSCOMP_FINISHED = 4
};

/* Compresses a stream. What is written depends on the bytes, the options, and the places of flushes
   only, not on how the bytes are cut into calls. Memory is bounded by about threads + 4 blocks and
   what models learn of the blocks at work. */
typedef struct fscomp_compressor fscomp_compressor;

/* Decompresses a stream of any number of frames. */
typedef struct fscomp_decompressor fscomp_decompressor;

FSCOMP_API int fscomp_compressor_new(
    const fscomp_options *options, fscomp_compressor **compressor);
FSCOMP_API int fscomp_decompressor_new(
    const fscomp_options *options, fscomp_decompressor **decompressor);

/* Reads input and writes output until all input is read and, as far as the directive asks for it,
   all output written, or until the output is full. input may be NULL: no bytes. output may not.
   Waits for workers where there is nothing else to do; never for input. Returns an enum
   fscomp_state, or an error, after which the stream can only be freed: the same again. Bytes that
   were written before an error are valid; those before the damage of an archive are all written
   first, which may take several calls that return FSCOMP_HAS_OUTPUT. */
FSCOMP_API int fscomp_compressor_process(
    fscomp_compressor *compressor, fscomp_input *input, fscomp_output *output, int directive);
FSCOMP_API int fscomp_decompressor_process(
    fscomp_decompressor *decompressor, fscomp_input *input, fscomp_output *output, int directive);

/* Ends what is under way, within some milliseconds, and frees it. */
FSCOMP_API void fscomp_compressor_free(fscomp_compressor *compressor);
FSCOMP_API void fscomp_decompressor_free(fscomp_decompressor *decompressor);


/* ---- Any part of an archive ----------------------------------------------------------------- */

/* Reads up to count bytes, at least one, at an offset into buffer. Returns how many; 0 at the end;
   negative to fail with FSCOMP_ERROR_SOURCE. */
typedef int64_t (*fscomp_read_at_fn)(void *user, uint64_t offset, void *buffer, size_t count);

/* An archive that can be read from anywhere. */
typedef struct fscomp_source {
  size_t struct_size;
  /* Of the archive, in bytes. */
  uint64_t size;
  fscomp_read_at_fn read_at;
  void *user;
} fscomp_source;

/* Reads from anywhere in an archive: decodes the blocks that hold what is wanted, several at the
   same time, and keeps the last few. */
typedef struct fscomp_reader fscomp_reader;

typedef struct fscomp_frame_info {
  size_t struct_size;
  /* Where the frame begins in the archive, and its bytes there. */
  uint64_t offset;
  uint64_t archive_size;
  uint64_t plain_size;
  uint64_t model_id;
  /* Its blocks, among those of all frames, counted from 0. */
  uint64_t first_block;
  uint64_t block_count;
} fscomp_frame_info;

typedef struct fscomp_block_info {
  size_t struct_size;
  /* Where the block begins in the archive, and its bytes there. */
  uint64_t offset;
  uint64_t archive_size;
  /* Where its content begins in the plain bytes, and how many they are. */
  uint64_t plain_offset;
  uint64_t plain_size;
  /* Line feeds in its content; -1 where no index of lines is stored. */
  int64_t newlines;
} fscomp_block_info;

/* Reads the indexes only (a damaged one is done without, by reading the headers of blocks). The
   source is copied; what it points to must stay until the reader is freed. */
FSCOMP_API int fscomp_reader_open(
    const fscomp_options *options, const fscomp_source *source, fscomp_reader **reader);

/* The same of an archive in memory, which must stay until the reader is freed. */
FSCOMP_API int fscomp_reader_open_memory(
    const fscomp_options *options, const void *archive, size_t size, fscomp_reader **reader);

/* Plain bytes at an offset, and how many: fewer than count only at the end. */
FSCOMP_API int fscomp_reader_read(
    fscomp_reader *reader, uint64_t offset, void *buffer, size_t count, size_t *read);

/* These four return 0 for NULL, and need no decoding. */
FSCOMP_API uint64_t fscomp_reader_plain_size(const fscomp_reader *reader);
FSCOMP_API uint64_t fscomp_reader_archive_size(const fscomp_reader *reader);
FSCOMP_API uint64_t fscomp_reader_frame_count(const fscomp_reader *reader);
FSCOMP_API uint64_t fscomp_reader_block_count(const fscomp_reader *reader);

/* About a frame or block, counted from 0. FSCOMP_ERROR_ARGUMENT if there is none of that number. */
FSCOMP_API int fscomp_reader_frame(
    const fscomp_reader *reader, uint64_t number, fscomp_frame_info *info);
FSCOMP_API int fscomp_reader_block(
    const fscomp_reader *reader, uint64_t number, fscomp_block_info *info);

/* The number of the block that a plain byte is in. FSCOMP_ERROR_ARGUMENT behind the last. */
FSCOMP_API int fscomp_reader_find(
    const fscomp_reader *reader, uint64_t plain_offset, uint64_t *number);

/* Where count lines from number first on, counted from 0, are in the plain bytes, for
   fscomp_reader_read: each with the line feed that ends it, the only byte that ends a line. What
   follows the last line feed is a line, too. At the end of the archive these are fewer lines, or
   none. Decodes the blocks that they begin and end in, and every block up to there of frames that
   were not made with FSCOMP_INDEX_LINES; calls back as fscomp_reader_read does. */
FSCOMP_API int fscomp_reader_find_lines(
    fscomp_reader *reader, uint64_t first, uint64_t count, uint64_t *plain_offset,
    uint64_t *plain_size);

FSCOMP_API void fscomp_reader_free(fscomp_reader *reader);


/* ---- Archives that become one --------------------------------------------------------------- */

/* Takes all of the bytes and returns 0; anything else is FSCOMP_ERROR_SINK. */
typedef int (*fscomp_write_fn)(void *user, const void *bytes, size_t count);

/* Writes archives, in order, as one of a single frame: the same bytes as if what is in them had
   been compressed as one, provided that it was cut where that would have cut it: into parts of so
   many whole blocks, the last of which has at least two. Blocks are copied, not decoded. Where the
   model changes, or an index of lines begins or ends, so does a frame. (Archives also concatenate
   as they are; this saves the frames.) */
FSCOMP_API int fscomp_join(
    const fscomp_source *sources, size_t count, fscomp_write_fn write, void *user);

#ifdef __cplusplus
}
#endif

#endif
