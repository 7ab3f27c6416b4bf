-- opening balances
SELECT payee_kind, payee_id, amount::VARCHAR FROM balances ORDER BY payee_kind, payee_id
