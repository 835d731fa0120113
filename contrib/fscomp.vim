" Edit *.fsc as if it were not compressed, by what Vim brings along for *.gz.
" Put it into ~/.vim/plugin (Neovim: ~/.config/nvim/plugin).
" Options of the program, such as -9, in g:fscomp_options.

if exists('g:loaded_fscomp') || &compatible || exists('#BufReadPre#*.fsc')
  finish
endif
let g:loaded_fscomp = 1

function! s:compress() abort
  call gzip#write('fscomp -q --rm ' . get(g:, 'fscomp_options', ''))
endfunction

augroup fscomp
  autocmd!
  autocmd BufReadPre,FileReadPre *.fsc setlocal bin
  autocmd BufReadPost,FileReadPost *.fsc call gzip#read('fscomp -dq --rm')
  autocmd BufWritePost,FileWritePost,FileAppendPost *.fsc call s:compress()
  autocmd FileAppendPre *.fsc call gzip#appre('fscomp -dq --rm')
augroup END
