-- confirmations of wallets
SELECT payee_kind, payee_id, chain, wallet, confirmed_by FROM confirmations ORDER BY confirmation_id
